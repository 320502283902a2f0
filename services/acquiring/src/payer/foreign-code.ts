import {
  GUID,
  type MerchantAccount,
  type MpmFields,
  merchantAccounts,
  type Price,
  type Problem,
  type Template,
} from '@causeway/emvqr';
import type { MerchantReference } from '@causeway/proto/common';
import type { RouteTarget } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';
import type { ReadMerchant } from './reading.ts';
import { unreadable } from './unreadable.ts';

/** A merchant account that names its scheme, which is what a route can serve. */
interface SchemeAccount extends MerchantAccount {
  guid: string;
  value: Template;
}

/**
 * The data objects of an account that name the merchant, by scheme. Others, known or not, change
 * with a payment or can be added by whoever draws the code: if they had a part in the merchant's id,
 * a stop of it would be over with its next code.
 */
const NAMING: ReadonlyMap<string, readonly string[]> = new Map(
  (
    [
      [GUID.fps, ['01', '02', '03', '04']],
      [GUID.payNow, ['01', '02']],
      [GUID.nets, ['02']],
      [GUID.sgqr, ['01']],
      [GUID.promptPayTransfer, ['01', '02', '03', '04']],
      [GUID.promptPayBill, ['01']],
      [GUID.duitNow, ['01', '02']],
      [GUID.jpqr, ['01', '02']],
      [GUID.qris, ['01', '02']],
      [GUID.qrPhMerchant, ['01', '03', '04']],
      [GUID.qrPhPerson, ['01', '03', '04']],
    ] as const
  ).map(([guid, ids]) => [guid.toLowerCase(), ids]),
);

/** The category of whoever has none. */
const NO_CATEGORY = '0000';
const MAX_NAME = 64;
const MAX_PROBLEMS = 16;

/**
 * The merchant of a code that other schemes made, and every scheme in it as a way to pay: routing
 * knows which of them it can reach. Throws CODE_UNREADABLE where the code does not tell in which
 * country the merchant is, since limits and routes depend on it.
 */
export function readForeign(
  fields: MpmFields,
  price: Price,
  problems: readonly Problem[],
): ReadMerchant {
  const accounts = merchantAccounts(fields).filter(namesScheme);
  const localName = localNameOf(fields);
  const targets = accounts.map((account) => targetOf(fields, account, price, localName));
  return {
    ...{ kind: 'merchant', targets, price, localName, active: true },
    merchant: targets[0]?.merchant?.reference,
    schemeIds: targets.map(({ schemeId }) => schemeId),
    problems: problems.slice(0, MAX_PROBLEMS).map(({ message }) => message),
    orderReference: referenceLabelOf(fields),
  };
}

function namesScheme(account: MerchantAccount): account is SchemeAccount {
  return account.guid !== undefined && account.guid !== '' && typeof account.value === 'object';
}

function targetOf(
  fields: MpmFields,
  account: SchemeAccount,
  price: Price,
  localName: string,
): RouteTarget {
  const reference = referenceOf(fields, account, localName);
  return {
    partnerId: '',
    merchant: { reference, currencyCodes: [price.currency.code], active: true },
    schemeId: account.scheme?.guid ?? account.guid,
    schemeAccount: { ...account.value },
  };
}

function referenceOf(
  fields: MpmFields,
  account: SchemeAccount,
  localName: string,
): MerchantReference {
  const { scheme } = account;
  const { country = '', mcc = '' } = fields;
  const countryCode = /^[A-Z]{2}$/.test(country) ? country : scheme?.country;
  if (countryCode === undefined) throw unreadable('the code does not say in which country it is');
  return {
    ...{ merchantId: merchantIdOf(account), storeId: '', terminalId: '', countryCode },
    displayName: nameOf(fields) || localName || `${scheme?.name ?? 'A'} merchant`,
    city: shown(fields.merchantCity ?? ''),
    categoryCode: /^[0-9]{4}$/.test(mcc) ? mcc : NO_CATEGORY,
  };
}

/**
 * Names the merchant by its account at the scheme, whatever else the code says of it. Of a scheme
 * that is not known here nobody can tell what names it: its whole account does.
 */
function merchantIdOf({ guid, value }: SchemeAccount): string {
  const scheme = guid.toLowerCase();
  const known = NAMING.get(scheme);
  const naming = Object.entries(value)
    .filter(([id]) => (known === undefined ? id !== '00' : known.includes(id)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return uuidFrom('scheme_merchant', scheme, ...naming.flat());
}

/** FPS codes have to say a name, and say `NA` where there is none. */
function nameOf({ merchantName = '' }: MpmFields): string {
  return merchantName === 'NA' ? '' : shown(merchantName);
}

function localNameOf({ merchantInfoLang }: MpmFields): string {
  return typeof merchantInfoLang === 'object' ? shown(merchantInfoLang['01'] ?? '') : '';
}

/** The reference label; `***` in a code asks the payer's app for one, and it has none. */
function referenceLabelOf({ additionalData }: MpmFields): string {
  const label = typeof additionalData === 'object' ? (additionalData['05'] ?? '') : '';
  return label === '***' ? '' : shown(label);
}

/**
 * A stranger's text as it can be shown: without characters that are not seen, which could turn a
 * line around or hide a part of it, and not longer than our own merchants' names.
 */
function shown(text: string): string {
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').replace(/\s+/g, ' ');
  return [...visible].slice(0, MAX_NAME).join('').trim();
}
