import {
  type CpmFields,
  type MpmFields,
  merchantAccounts,
  type Price,
  type Problem,
  priceOf,
  type Template,
  tagOf,
} from '@causeway/emvqr';
import { record, table } from './table.ts';
import { money, percent } from './views.ts';

/** What the data objects of a consumer's code are, as far as people ask. */
const CPM_NAMES: Readonly<Record<string, string>> = {
  '4F': 'application identifier',
  '50': 'application label',
  '57': 'track 2 equivalent',
  '5A': 'account number',
  '5F20': 'cardholder name',
  '5F2D': 'language preference',
  '61': 'application template',
  '62': 'common data template',
  '63': 'application, transparent',
  '64': 'common data, transparent',
  '85': 'payload format indicator',
  '9F10': 'issuer application data',
  '9F26': 'application cryptogram',
  '9F36': 'transaction counter',
  '9F37': 'unpredictable number',
};

/** A merchant's code: what it asks for, whom it pays, then every data object. */
export function mpmText(fields: MpmFields): string {
  return `${summary(fields)}\n\n${table(COLUMNS, mpmRows(fields))}`;
}

/** A consumer's code as a tree. */
export function cpmText(fields: CpmFields): string {
  return table(COLUMNS, cpmRows(fields, ''));
}

/** Problems as lines. */
export function problemText(problems: readonly Problem[]): string {
  return table(
    [{ title: 'problem' }, { title: 'tag' }, { title: 'what' }],
    problems.map(({ code, tag, message }) => [code, tag, visible(message)]),
  );
}

const KINDS: Readonly<Record<string, string>> = {
  '11': 'static, for any number of payments',
  '12': 'dynamic, for one payment',
};

const COLUMNS = [{ title: 'tag' }, { title: 'field' }, { title: 'value' }];

function summary(fields: MpmFields): string {
  const { merchantName = '', merchantCity = '', country = '', pointOfInitiation = '' } = fields;
  const price = priceOf(fields);
  const isPrice = 'currency' in price;
  return record([
    ['kind', KINDS[pointOfInitiation] ?? ''],
    ['merchant', visible([merchantName, merchantCity, country].filter(Boolean).join(', '))],
    ['amount', isPrice ? amountText(price) : visible(price.message)],
    ['tip', isPrice ? tipText(price) : ''],
    ['schemes', visible(merchantAccounts(fields).map(schemeText).join(', '))],
  ]);
}

function amountText({ amount, currency }: Price): string {
  return amount === undefined ? `${currency.code}, the payer enters it` : money(amount);
}

function tipText({ tip }: Price): string {
  if (tip.kind === 'prompt') return 'the payer is asked for one';
  if (tip.kind === 'fixed') return `${money(tip.amount)} more`;
  return tip.kind === 'percent' ? `${percent(tip.bps)} more` : '';
}

function schemeText({ tag, guid, scheme }: ReturnType<typeof merchantAccounts>[number]): string {
  return scheme?.name ?? guid ?? `account ${tag}`;
}

function mpmRows(fields: MpmFields): string[][] {
  const named: [string, Template | string][] = Object.entries(fields);
  return named.flatMap(([name, value]) => {
    const tag = tagOf(name) ?? '';
    if (typeof value === 'string') return [[tag, name, visible(value)]];
    const inside = Object.entries(value).sort(([a], [b]) => a.localeCompare(b));
    return [[tag, name, ''], ...inside.map(([id, text]) => [`${tag}.${id}`, '', visible(text)])];
  });
}

function cpmRows(fields: CpmFields, indent: string): string[][] {
  return fields.flatMap((object) =>
    Object.entries(object).flatMap(([tag, value]) => {
      const name = CPM_NAMES[tag] ?? '';
      if (typeof value === 'string') return [[indent + tag, name, hexText(value)]];
      return [[indent + tag, name, ''], ...cpmRows(value, `${indent}  `)];
    }),
  );
}

/** Bytes in hexadecimal, with the text that they are where they are one. */
function hexText(hex: string): string {
  const text = Buffer.from(hex, 'hex').toString('latin1');
  return /^[\x20-\x7e]{2,}$/.test(text) ? `${hex}  ${text}` : hex;
}

/** A stranger's text, without what would move the cursor or turn the line around. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
