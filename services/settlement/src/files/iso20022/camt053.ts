import { element, leaf } from '@causeway/clearing';
import { referenceTo } from '../movements.ts';
import type { FiledCurrency, FileWriter } from '../window-file.ts';
import {
  absolute,
  amount,
  clearingAccount,
  closed,
  dateOnly,
  entryCode,
  indicator,
  opened,
  party,
  theSwitch,
  toOwner,
} from './parts.ts';
import { bankText } from './text.ts';

const ROOT = 'BkToCstmrStmt';

/** One line of the statement, from the owner's side. */
interface Entry {
  name: string;
  ownerMinor: bigint;
  text: string;
  /** Of entries that stand for the items of camt.054. */
  itemCount?: bigint;
}

/**
 * camt.053: the participant's account with the switch on that day. It opens with what was carried
 * in and closes with the net position; captures and refunds are one entry each, whose items
 * camt.054 tells.
 */
export function camt053(currency: FiledCurrency): FileWriter {
  const { window, sum, closedAt } = currency;
  const { currencyCode } = sum;
  const createdAt = leaf('CreDtTm', closedAt.toISOString());
  const entries = entriesOf(currency);
  const balance = (code: string, signedMinor: bigint) => {
    const ownerMinor = toOwner(currency, signedMinor);
    return element(
      'Bal',
      element('Tp', element('CdOrPrtry', leaf('Cd', code))),
      amount('Amt', { currencyCode, amountMinor: ownerMinor }),
      indicator(ownerMinor),
      dateOnly('Dt', window.clearingDate),
    );
  };
  const owner = party('Ownr', window.participant.id);
  return {
    begin: () =>
      opened('camt.053.001.08', ROOT) +
      element(
        'GrpHdr',
        leaf('MsgId', referenceTo('camt.053', window, currencyCode)),
        createdAt,
        party('MsgRcpt', window.participant.id),
      ),
    end: () =>
      element(
        'Stmt',
        leaf('Id', referenceTo('statement', window, currencyCode)),
        createdAt,
        clearingAccount(
          'Acct',
          window.participant,
          currencyCode,
          owner,
          theSwitch.institution('Svcr'),
        ),
        balance('OPBD', sum.carriedMinor),
        balance('CLBD', sum.netMinor),
        totals(entries, currencyCode),
        ...entries.map((entry, index) => entryOf(currency, entry, index)),
      ) + closed(ROOT),
  };
}

/** Together the entries are the net position less what was carried in. */
function entriesOf(currency: FiledCurrency): Entry[] {
  const { sum, refundCount, charges } = currency;
  const entry = (name: string, signedMinor: bigint, text: string): Entry => ({
    name,
    ownerMinor: toOwner(currency, signedMinor),
    text,
  });
  const all: Entry[] = [
    {
      ...entry('CAPTURED', sum.capturedMinor, 'Captured payments'),
      itemCount: sum.itemCount - refundCount,
    },
    { ...entry('REFUNDED', -sum.refundedMinor, 'Refunds'), itemCount: refundCount },
    entry('FEES', -sum.feesMinor, 'Fees'),
    ...charges
      .filter(({ kind }) => kind !== 'carry')
      .map(({ kind, amountMinor, reference }) =>
        entry(kind.toUpperCase(), amountMinor, `${kind} ${reference}`),
      ),
    entry('RESERVE', -sum.reserveMinor, 'Reserve held back'),
    entry('RELEASE', sum.releasedMinor, 'Reserve released'),
  ];
  return all.filter(({ ownerMinor }) => ownerMinor !== 0n);
}

function totals(entries: readonly Entry[], currencyCode: string): string {
  const sumOf = (some: readonly Entry[]) =>
    some.reduce(
      (total, { ownerMinor }) => total + (ownerMinor < 0n ? -ownerMinor : ownerMinor),
      0n,
    );
  const counted = (some: readonly Entry[]) => [
    leaf('NbOfNtries', String(some.length)),
    leaf('Sum', absolute({ currencyCode, amountMinor: sumOf(some) })),
  ];
  const netMinor = entries.reduce((total, { ownerMinor }) => total + ownerMinor, 0n);
  const net = element(
    'TtlNetNtry',
    leaf('Amt', absolute({ currencyCode, amountMinor: netMinor })),
    indicator(netMinor),
  );
  const credits = entries.filter(({ ownerMinor }) => ownerMinor > 0n);
  const debits = entries.filter(({ ownerMinor }) => ownerMinor < 0n);
  return element(
    'TxsSummry',
    element('TtlNtries', ...counted(entries), net),
    element('TtlCdtNtries', ...counted(credits)),
    element('TtlDbtNtries', ...counted(debits)),
  );
}

function entryOf({ window, sum }: FiledCurrency, entry: Entry, index: number): string {
  const { name, ownerMinor, text, itemCount } = entry;
  const { currencyCode, valueDate } = sum;
  const notice = referenceTo('camt.054', window, currencyCode);
  const isBatch = itemCount !== undefined;
  return element(
    'Ntry',
    leaf('NtryRef', referenceTo('entry', window, currencyCode, String(index))),
    amount('Amt', { currencyCode, amountMinor: ownerMinor }),
    indicator(ownerMinor),
    element('Sts', leaf('Cd', 'BOOK')),
    dateOnly('BookgDt', window.clearingDate),
    dateOnly('ValDt', valueDate),
    entryCode(name),
    isBatch
      ? element('AddtlInfInd', leaf('MsgNmId', 'camt.054.001.08'), leaf('MsgId', notice))
      : undefined,
    isBatch
      ? element('NtryDtls', element('Btch', leaf('MsgId', notice), leaf('NbOfTxs', `${itemCount}`)))
      : undefined,
    leaf('AddtlNtryInf', bankText(text, 500)),
  );
}
