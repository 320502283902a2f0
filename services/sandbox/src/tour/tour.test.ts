import { stripVTControlCharacters } from 'node:util';
import type { Payment } from '@causeway/proto/common';
import { PaymentState } from '@causeway/proto/common';
import type { Transfer } from '@causeway/proto/settlement';
import { describe, expect, it } from 'vitest';
import { amountChecks, bookedBy } from './arithmetic.ts';
import { expectedBooking } from './books.ts';
import { broken, describeFailure, same } from './checks.ts';
import { markdownOf } from './page.ts';
import * as say from './say.ts';
import { columns, textScreen } from './screen.ts';

const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
const jpy = (amountMinor: bigint) => ({ currencyCode: 'JPY', amountMinor });

/** JPY 1,280 at 20 yen a dollar is HKD 64.00; at a middle of 20.4 it is worth HKD 62.74. */
function paid(changes: Partial<Payment> = {}): Payment {
  return {
    paymentId: 'p',
    state: PaymentState.SUCCEEDED,
    payeeAmount: jpy(1_280n),
    payerAmount: hkd(64_00n),
    conversion: {
      rate: '20',
      midRate: '20.4',
      midPart: hkd(62_74n),
      markupPart: hkd(1_26n),
      residualPart: hkd(0n),
    },
    ...changes,
  } as Payment;
}

describe('the comparison of amounts', () => {
  it('passes what follows from the rate', () => {
    expect(amountChecks(paid()).filter((check) => !check.ok)).toEqual([]);
  });

  it('catches a cent too much, and parts that do not sum', () => {
    const dear = amountChecks(paid({ payerAmount: hkd(64_01n) }));
    expect(dear.map((check) => check.ok)).toEqual([false, false, true]);
  });
});

describe('the books of one payment', () => {
  const transfer = (debitAccount: string, creditAccount: string, amount: Transfer['amount']) =>
    ({ debitAccount, creditAccount, amount }) as Transfer;
  const capture = [
    transfer('issuer_receivable harbour-wallet', 'fx_clearing', hkd(62_74n)),
    transfer('issuer_receivable harbour-wallet', 'markup_income', hkd(1_26n)),
    transfer('fx_clearing', 'acquirer_payable sakura', jpy(1_280n)),
  ];

  it('net to what the payment says', () => {
    expect(bookedBy(capture)).toEqual(expectedBooking(paid()));
  });

  it('net to nothing after a cancel', () => {
    const reversed = capture.map((posted) =>
      transfer(posted.creditAccount, posted.debitAccount, posted.amount),
    );
    const booked = bookedBy([...capture, ...reversed]);
    expect(booked).toEqual(expectedBooking(paid({ state: PaymentState.CANCELLED })));
  });

  it('take refunds off on both sides', () => {
    const refund = [
      transfer('fx_clearing', 'issuer_refunds harbour-wallet', hkd(32_00n)),
      transfer('acquirer_refunds sakura', 'fx_clearing', jpy(640n)),
    ];
    const payment = paid({ refundedPayerAmount: hkd(32_00n), refundedPayeeAmount: jpy(640n) });
    expect(bookedBy([...capture, ...refund])).toEqual(expectedBooking(payment));
  });
});

describe('what is shown', () => {
  it('ends amounts flush on the right', () => {
    const lines: string[] = [];
    const screen = textScreen(
      (line) => lines.push(stripVTControlCharacters(line)),
      () => 1_250,
    );
    screen.step('payer', 'pays', 'HKD 1.00');
    screen.step('acquirer', 'is owed', 'JPY 1,280');
    expect(lines[0]).toHaveLength(lines[1]?.length ?? 0);
    expect(lines[0]).toContain('1.25 s  payer');
    expect(
      columns(
        [
          ['a', '1'],
          ['bb', '22'],
        ],
        [1],
      ),
    ).toEqual(['a    1', 'bb  22']);
  });

  it('groups codes and writes basis points as percent', () => {
    expect(say.code('852101020712345678901234')).toBe('8521 0102 0712 3456 7890 1234');
    expect(say.percent(85)).toBe('0.85 %');
    expect(say.percent(-5)).toBe('−0.05 %');
  });
});

describe('the report', () => {
  it('names what failed, with both values', () => {
    const failed = same('the balance did not move', 100n, 90n);
    expect(describeFailure('refunds', failed)).toBe(
      'refunds: the balance did not move, expected 100, found 90',
    );
    expect(broken(new Error('no route'))).toMatchObject({ ok: false, found: 'no route' });
  });

  it('is readable without the terminal', () => {
    const checks = [same('it is so', 1, 1), same('it is not', 1, 2)];
    const page = markdownOf({
      ok: false,
      payments: [],
      refunds: [],
      settlement: [],
      checks: { rows_read: 3 },
      scenarios: [{ name: 'x', title: 'A thing', ok: false, checks }],
      failures: ['x: it is not, expected 1, found 2'],
    });
    expect(page).toContain('- ✓ it is so');
    expect(page).toContain('- ✗ x: it is not, expected 1, found 2');
  });
});
