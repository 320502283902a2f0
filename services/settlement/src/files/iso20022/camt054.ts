import { element, leaf } from '@causeway/clearing';
import { referenceTo, withoutHyphens } from '../movements.ts';
import type { FiledCurrency, FiledItem, FileWriter } from '../window-file.ts';
import {
  absolute,
  amount,
  clearingAccount,
  closed,
  dateOnly,
  entryCode,
  indicator,
  institution,
  opened,
  party,
  theSwitch,
  toOwner,
} from './parts.ts';
import { bankText, schemaRate } from './text.ts';

const ROOT = 'BkToCstmrDbtCdtNtfctn';

/** camt.054: a debit or credit advice for every item, with its conversion and its fee. */
export function camt054(currency: FiledCurrency): FileWriter {
  const { window, sum, refundCount, closedAt } = currency;
  const { currencyCode } = sum;
  const { participant } = window;
  const createdAt = leaf('CreDtTm', closedAt.toISOString());
  const part = (name: string, count: bigint, amountMinor: bigint) =>
    element(
      name,
      leaf('NbOfNtries', String(count)),
      leaf('Sum', absolute({ currencyCode, amountMinor })),
    );
  const captures = [sum.itemCount - refundCount, sum.capturedMinor] as const;
  const refunds = [refundCount, sum.refundedMinor] as const;
  const [credits, debits] =
    participant.kind === 'acquirer' ? [captures, refunds] : [refunds, captures];
  return {
    begin: () =>
      opened('camt.054.001.08', ROOT) +
      element(
        'GrpHdr',
        leaf('MsgId', referenceTo('camt.054', window, currencyCode)),
        createdAt,
        party('MsgRcpt', participant.id),
      ) +
      '<Ntfctn>' +
      leaf('Id', referenceTo('notification', window, currencyCode)) +
      createdAt +
      clearingAccount(
        'Acct',
        participant,
        currencyCode,
        party('Ownr', participant.id),
        theSwitch.institution('Svcr'),
      ) +
      element(
        'TxsSummry',
        part('TtlNtries', sum.itemCount, sum.capturedMinor + sum.refundedMinor),
        part('TtlCdtNtries', ...credits),
        part('TtlDbtNtries', ...debits),
      ),
    item: entryWriter(currency),
    end: () => `</Ntfctn>${closed(ROOT)}`,
  };
}

/** Writes the entries of one currency; what is the same in all of them is made once. */
function entryWriter(currency: FiledCurrency): (filed: FiledItem) => string {
  const { window, sum } = currency;
  const booked =
    element('Sts', leaf('Cd', 'BOOK')) +
    dateOnly('BookgDt', window.clearingDate) +
    dateOnly('ValDt', sum.valueDate);
  // A refund of nothing is still one: its direction is that of its kind.
  const about = {
    capture: [indicator(toOwner(currency, 1n)), booked + entryCode('CAPTURE')] as const,
    refund: [indicator(toOwner(currency, -1n)), booked + entryCode('REFUND')] as const,
  };
  const roles = new Map<string, string>();
  const role = (name: string, id: string) => {
    const known = roles.get(name + id) ?? element(name, institution('Agt', id));
    roles.set(name + id, known);
    return known;
  };
  return ({ item, line }) => {
    const { issuerId, partnerId } = item;
    const isCapture = line.kind === 'capture';
    const [debtor, creditor] = isCapture ? [issuerId, partnerId] : [partnerId, issuerId];
    const parties = role('Dbtr', debtor) + role('Cdtr', creditor);
    const [direction, standing] = about[line.kind];
    return element(
      'Ntry',
      leaf('NtryRef', withoutHyphens(item.subjectId)),
      amount('Amt', line.settled),
      direction,
      standing,
      amounts(line),
      fee(currency, line.feeMinor),
      element('NtryDtls', details(item, line, parties)),
    );
  };
}

function details(item: FiledItem['item'], line: FiledItem['line'], parties: string): string {
  const { rate, midRate, settlementRate } = line;
  const converted = rate === '' ? '' : `, rate ${rate}, mid rate ${midRate}`;
  const settledAt = settlementRate === '' ? '' : `, settlement rate ${settlementRate}`;
  return element(
    'TxDtls',
    element(
      'Refs',
      leaf('EndToEndId', withoutHyphens(item.paymentId)),
      leaf('TxId', withoutHyphens(item.subjectId)),
    ),
    element('RltdPties', parties),
    leaf('AddtlTxInf', bankText(`request ${line.requestId}${converted}${settledAt}`, 500)),
  );
}

/** What was charged, what it cost, and what is settled for it where that is neither. */
function amounts({ payee, payer, settled, rate, settlementRate, quoteId }: FiledItem['line']) {
  return element(
    'AmtDtls',
    element('InstdAmt', amount('Amt', payee)),
    element('TxAmt', amount('Amt', payer), exchange(payer, payee, rate, quoteId)),
    settlementRate === ''
      ? undefined
      : element('CntrValAmt', amount('Amt', settled), exchange(payee, settled, settlementRate, '')),
  );
}

type Currency = { currencyCode: string };

function exchange(from: Currency, to: Currency, rate: string, quoteId: string): string | undefined {
  const told = rate === '' ? undefined : schemaRate(rate);
  if (told === undefined) return undefined;
  return element(
    'CcyXchg',
    leaf('SrcCcy', from.currencyCode),
    leaf('TrgtCcy', to.currencyCode),
    leaf('UnitCcy', from.currencyCode),
    leaf('XchgRate', told),
    quoteId === '' ? undefined : leaf('CtrctId', withoutHyphens(quoteId)),
  );
}

/** A fee is not part of the entry: the statement has one entry for all of them. */
function fee(currency: FiledCurrency, feeMinor: bigint): string | undefined {
  if (feeMinor === 0n) return undefined;
  const { currencyCode } = currency.sum;
  const charged = { currencyCode, amountMinor: feeMinor };
  return element(
    'Chrgs',
    amount('TtlChrgsAndTaxAmt', charged),
    element(
      'Rcrd',
      amount('Amt', charged),
      indicator(toOwner(currency, -feeMinor)),
      leaf('ChrgInclInd', 'false'),
    ),
  );
}
