import { PaymentMethod, PaymentState } from '@causeway/proto/common';
import type { PaymentFact } from '@causeway/proto/routing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyStory } from './arbitraries.ts';
import { bookingOf } from './booking.ts';
import { factOf, factsOf, type Story, TOKYO } from './facts.fixture.ts';
import { type Leg, legsOf as legsOfBooking } from './legs.ts';

const legsOf = (facts: readonly PaymentFact[]) =>
  facts.flatMap((fact) => {
    const booking = bookingOf(fact);
    return booking ? legsOfBooking(booking) : [];
  });

/** What legs leave on each account, credits above zero. */
function balances(legs: readonly Leg[]): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  const add = (key: string, amountMinor: bigint) => {
    sums[key] = (sums[key] ?? 0n) + amountMinor;
  };
  for (const { debit, credit, currencyCode, amountMinor } of legs) {
    add(`${debit.code} ${currencyCode}`, -amountMinor);
    add(`${credit.code} ${currencyCode}`, amountMinor);
  }
  return sums;
}

const written = (legs: readonly Leg[]) =>
  legs.map(
    ({ step, debit, credit, currencyCode, amountMinor }) =>
      `${step}: ${debit.code} > ${credit.code} ${currencyCode} ${amountMinor}`,
  );

describe('a captured payment', () => {
  test('with a conversion posts the parts of the payer and the whole of the payee', () => {
    expect(written(legsOf(factsOf(TOKYO)))).toEqual([
      'capture.mid: issuer_receivable > fx_clearing HKD 6406',
      'capture.markup: issuer_receivable > markup_income HKD 96',
      'capture.residual: issuer_receivable > rounding HKD 1',
      'capture.payee: fx_clearing > acquirer_payable JPY 1280',
    ]);
  });

  test('in one currency goes straight from the wallet operator to the acquirer', () => {
    const local: Story = {
      ...TOKYO,
      payeeCurrency: 'HKD',
      payeeMinor: 500n,
      parts: [500n, 0n, 0n],
    };
    expect(written(legsOf(factsOf(local)))).toEqual([
      'capture.direct: issuer_receivable > acquirer_payable HKD 500',
    ]);
  });

  test.each([PaymentMethod.MERCHANT_QR, PaymentMethod.CASHIER, PaymentMethod.AGREEMENT])(
    'is booked alike however the payer was identified: %s',
    (method) => {
      expect(legsOf(factsOf({ ...TOKYO, method }))).toEqual(legsOf(factsOf(TOKYO)));
    },
  );

  test('is owed to the partner over whom it went, by the wallet operator who debited it', () => {
    const elsewhere: Story = { ...TOKYO, partnerId: 'hinata', issuerId: 'peak-wallet' };
    const owners = legsOf(factsOf(elsewhere)).flatMap(({ debit, credit }) => [debit, credit]);
    expect(owners).toContainEqual({ code: 'acquirer_payable', owner: 'hinata' });
    expect(owners).toContainEqual({ code: 'issuer_receivable', owner: 'peak-wallet' });
  });

  test('leaves out what is nothing and turns round what is below zero', () => {
    const below: Story = { ...TOKYO, parts: [6_406n, -2n, 0n] };
    expect(written(legsOf(factsOf(below)))).toEqual([
      'capture.mid: issuer_receivable > fx_clearing HKD 6406',
      'capture.markup: markup_income > issuer_receivable HKD 2',
      'capture.payee: fx_clearing > acquirer_payable JPY 1280',
    ]);
  });

  test('that is cancelled leaves nothing on any account', () => {
    const sums = balances(legsOf(factsOf({ ...TOKYO, cancelled: true })));
    expect(new Set(Object.values(sums))).toEqual(new Set([0n]));
  });
});

test('a refund goes backwards over the accounts of refunds', () => {
  const story: Story = { ...TOKYO, refunds: [{ payeeMinor: 280n, parts: [1_401n, 21n, 0n] }] };
  expect(written(legsOf(factsOf(story).slice(1)))).toEqual([
    'refund.mid: fx_clearing > issuer_refunds HKD 1401',
    'refund.markup: markup_income > issuer_refunds HKD 21',
    'refund.payee: acquirer_refunds > fx_clearing JPY 280',
  ]);
});

test.each([
  ['a decline', { $case: 'declined', value: {} }],
  ['a cancel that is still on its way', { $case: 'cancelRequested', value: {} }],
  ['a cancel before the capture', { $case: 'cancelled', value: { wasCaptured: false } }],
  ['a refund that is still on its way', { $case: 'refundAccepted', value: { refund: undefined } }],
] as const)('%s books nothing', (_, kind) => {
  expect(bookingOf(factOf(TOKYO, 2n, PaymentState.PENDING, kind))).toBeUndefined();
});

describe('a fact that contradicts itself is refused:', () => {
  const [capture] = factsOf(TOKYO);
  const changed = (change: object): PaymentFact =>
    ({ ...capture, payment: { ...capture?.payment, ...change } }) as PaymentFact;
  const off = { currencyCode: 'HKD', amountMinor: 6_504n };
  test.each([
    ['parts that do not sum', { payerAmount: off }],
    ['two currencies without a conversion', { conversion: undefined }],
    ['one currency with two amounts', { payeeAmount: off }],
    ['no wallet operator', { issuerId: '' }],
    ['no acquirer', { partnerId: '' }],
    ['no payer amount', { payerAmount: undefined }],
  ])('%s', (_, change) => {
    expect(() => bookingOf(changed(change))).toThrow();
  });
});

test('participants stand where the amounts say, and what is undone leaves nothing', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      const sums = balances(legsOf(factsOf(story)));
      const payerMinor = story.parts.reduce((a, b) => a + b, 0n);
      const at = (code: string, currency: string) => sums[`${code} ${currency}`] ?? 0n;
      const { payeeCurrency, payeeMinor } = story;
      const captured = story.cancelled ? 0n : 1n;
      expect(at('issuer_receivable', 'HKD')).toBe(-payerMinor * captured);
      expect(at('acquirer_payable', payeeCurrency)).toBe(payeeMinor * captured);
      if (story.refunds.length > 0 || story.cancelled) {
        expect(at('issuer_receivable', 'HKD') + at('issuer_refunds', 'HKD')).toBe(0n);
        for (const code of ['fx_clearing', 'markup_income', 'rounding']) {
          expect(at(code, 'HKD') + at(code, payeeCurrency)).toBe(0n);
        }
      }
      for (const currency of new Set(['HKD', payeeCurrency])) {
        const all = Object.entries(sums).filter(([key]) => key.endsWith(currency));
        expect(all.reduce((total, [, amountMinor]) => total + amountMinor, 0n)).toBe(0n);
      }
    }),
  );
});

test('an order that nobody paid books nothing, though it has no wallet operator', () => {
  const unpaid: Story = { ...TOKYO, method: PaymentMethod.CASHIER, issuerId: '' };
  const kind = { $case: 'cancelled', value: { wasCaptured: false } } as const;
  expect(legsOf([factOf(unpaid, 2n, PaymentState.CANCELLED, kind)])).toEqual([]);
});
