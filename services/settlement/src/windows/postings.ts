import { type AccountCode, type AccountName, HOUSE } from '../booking/legs.ts';
import type { Posting } from '../postings/post.ts';
import type { Final } from './body.ts';
import { movementsOf, type WindowKey, type WindowSum } from './window.ts';

/** A posting of a signed amount: nothing for zero, the other way round below it. */
function signed(posting: Posting): Posting[] {
  const { debit, credit, amountMinor } = posting;
  if (amountMinor === 0n) return [];
  if (amountMinor > 0n) return [posting];
  return [{ ...posting, debit: credit, credit: debit, amountMinor: -amountMinor }];
}

const house = (code: AccountCode): AccountName => ({ code, owner: HOUSE });

/** The accounts of a participant: what payments leave there, and refunds. */
function accountsOf({ participant: { kind, id } }: WindowKey) {
  return kind === 'acquirer'
    ? { main: named('acquirer_payable', id), refunds: named('acquirer_refunds', id) }
    : { main: named('issuer_receivable', id), refunds: named('issuer_refunds', id) };
}

const named = (code: AccountCode, owner: string): AccountName => ({ code, owner });

/**
 * What a window moves in the books when it becomes final: refunds are netted against what payments
 * left, what is settled in another currency changes it, fees and reserves are taken. What then
 * stands on the participant's account is what is settled with this window or a later one.
 */
export function finalPostings(key: WindowKey, final: Final): Posting[] {
  const reference = `window ${key.clearingDate}`;
  return [
    ...final.refunds.flatMap(({ currencyCode, minor }) =>
      netting(key, reference, currencyCode, minor),
    ),
    ...final.conversions.flatMap((_, index) => conversion(key, reference, final, index)),
    ...final.sums.flatMap((sum) => [
      ...fees(key, reference, sum),
      ...reserves(key, reference, sum),
    ]),
  ];
}

function netting(
  key: WindowKey,
  reference: string,
  currencyCode: string,
  minor: bigint,
): Posting[] {
  const { main, refunds } = accountsOf(key);
  const [debit, credit] = key.participant.kind === 'acquirer' ? [main, refunds] : [refunds, main];
  const step = `netting.${currencyCode}`;
  return signed({
    step,
    kind: 'netting',
    debit,
    credit,
    currencyCode,
    amountMinor: minor,
    reference,
  });
}

function conversion(key: WindowKey, reference: string, final: Final, index: number): Posting[] {
  const converted = final.conversions[index];
  if (!converted) return [];
  const { fromCurrency, fromMinor, toCurrency, toMinor } = converted;
  const { main } = accountsOf(key);
  const clearing = house('fx_clearing');
  const step = `conversion.${fromCurrency}.${toCurrency}`;
  const shared = { kind: 'conversion' as const, reference };
  return [
    ...signed({
      ...{ ...shared, step: `${step}.from`, debit: main, credit: clearing },
      ...{ currencyCode: fromCurrency, amountMinor: fromMinor },
    }),
    ...signed({
      ...{ ...shared, step: `${step}.to`, debit: clearing, credit: main },
      ...{ currencyCode: toCurrency, amountMinor: toMinor },
    }),
  ];
}

function fees(key: WindowKey, reference: string, sum: WindowSum): Posting[] {
  const { main } = accountsOf(key);
  const { currencyCode, feesMinor: amountMinor } = sum;
  const [debit, credit] =
    key.participant.kind === 'acquirer'
      ? [main, house('fee_income')]
      : [house('fee_expense'), main];
  const step = `fees.${currencyCode}`;
  return signed({ step, kind: 'fee', debit, credit, currencyCode, amountMinor, reference });
}

/** What is held back of this window, less what earlier ones let go of. */
function reserves(key: WindowKey, reference: string, sum: WindowSum): Posting[] {
  const { main } = accountsOf(key);
  const { currencyCode, reserveMinor, releasedMinor } = sum;
  const reserve = named('reserve', key.participant.id);
  const shared = { kind: 'reserve' as const, currencyCode, reference };
  return [
    ...signed({
      ...{ ...shared, step: `reserve.${currencyCode}`, debit: main, credit: reserve },
      amountMinor: reserveMinor,
    }),
    ...signed({
      ...{ ...shared, step: `release.${currencyCode}`, debit: reserve, credit: main },
      amountMinor: releasedMinor,
    }),
  ];
}

/** The money of a pending window, on the switch's accounts at banks. */
export function settlementPostings(
  key: WindowKey,
  sums: readonly WindowSum[],
  method: 'net' | 'gross',
  bankReference: string,
): Posting[] {
  const { main } = accountsOf(key);
  const nostro = house('nostro');
  const [debit, credit] = key.participant.kind === 'acquirer' ? [main, nostro] : [nostro, main];
  return sums.flatMap((sum) =>
    movementsOf(sum, method).flatMap((amountMinor, index) =>
      signed({
        ...{ step: `payout.${sum.currencyCode}.${index}`, kind: 'payout', debit, credit },
        ...{ currencyCode: sum.currencyCode, amountMinor, reference: bankReference },
      }),
    ),
  );
}
