import type { Price, Tip } from '@causeway/emvqr';
import { currency, isPayable } from '@causeway/money';
import { Refusal } from '@causeway/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountDue } from './amounts.ts';

const money = (amountMinor: bigint, currencyCode = 'THB') => ({ currencyCode, amountMinor });
const price = (amountMinor: bigint | undefined, tip: Tip, code = 'THB'): Price => ({
  currency: currency(code),
  amount: amountMinor === undefined ? undefined : money(amountMinor, code),
  tip,
});
const NONE: Tip = { kind: 'none' };
const PROMPT: Tip = { kind: 'prompt' };
const FIXED: Tip = { kind: 'fixed', amount: money(1_500n) };
const PERCENT: Tip = { kind: 'percent', bps: 1_000 };

test.each([
  ['an open amount', price(undefined, NONE), 10_000n, undefined, 10_000n, undefined],
  ['a fixed amount', price(4_500n, NONE), undefined, undefined, 4_500n, undefined],
  ['what it fixes, said again', price(4_500n, NONE), 4_500n, 0n, 4_500n, undefined],
  ['a tip that is asked for', price(4_500n, PROMPT), undefined, 500n, 5_000n, 500n],
  ['none of it', price(4_500n, PROMPT), undefined, undefined, 4_500n, undefined],
  ['a fixed fee', price(undefined, FIXED), 4_500n, undefined, 6_000n, 1_500n],
  ['a fixed fee, said again', price(4_500n, FIXED), undefined, 1_500n, 6_000n, 1_500n],
  ['a percentage', price(4_505n, PERCENT), undefined, undefined, 4_955n, 450n],
] as const)('%s', (_, asked, amount, tip, total, tipDue) => {
  const due = amountDue(asked, {
    payeeAmount: amount === undefined ? undefined : money(amount),
    tipAmount: tip === undefined ? undefined : money(tip),
  });
  expect(due?.total).toEqual(money(total));
  expect(due?.tipAmount).toEqual(tipDue === undefined ? undefined : money(tipDue));
});

test('nothing is due while the amount is open', () => {
  const entered = { payeeAmount: undefined, tipAmount: undefined };
  for (const tip of [NONE, PROMPT, FIXED, PERCENT]) {
    expect(amountDue(price(undefined, tip), entered)).toBeUndefined();
  }
});

test.each([
  ['another amount', price(4_500n, NONE), money(4_501n), undefined],
  ['nothing', price(undefined, NONE), money(0n), undefined],
  ['less than nothing', price(undefined, NONE), money(-5n), undefined],
  ['half a rupiah note', price(undefined, NONE, 'IDR'), money(150n, 'IDR'), undefined],
  ['another currency', price(undefined, NONE), money(100n, 'HKD'), undefined],
  ['a tip nobody asked for', price(4_500n, NONE), undefined, money(1n)],
  ['a negative tip', price(4_500n, PROMPT), undefined, money(-1n)],
  ['another fee', price(4_500n, FIXED), undefined, money(1_499n)],
  ['another percentage', price(4_500n, PERCENT), undefined, money(449n)],
  ['a tip in another currency', price(4_500n, PROMPT), undefined, money(5n, 'HKD')],
  ['more than there is', price(10n ** 15n, PROMPT), undefined, money(1n)],
])('%s is refused', (_, asked, payeeAmount, tipAmount) => {
  try {
    amountDue(asked, { payeeAmount, tipAmount });
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ reason: 'AMOUNT_INVALID' });
    return;
  }
  throw new Error('nothing was refused');
});

test('what is due is payable, and is the amount and the tip', () => {
  const anyTip = fc.oneof(
    fc.constant(NONE),
    fc.constant(PROMPT),
    fc.integer({ min: 1, max: 9_999 }).map((bps): Tip => ({ kind: 'percent', bps })),
  );
  const anyCode = fc.constantFrom('JPY', 'THB', 'IDR', 'KWD');
  const anyAmount = fc.bigInt({ min: 1n, max: 10n ** 9n });
  fc.assert(
    fc.property(anyCode, anyTip, anyAmount, anyAmount, (code, tip, amount, added) => {
      const { step } = currency(code);
      const entered = {
        payeeAmount: money(amount * step, code),
        tipAmount: tip.kind === 'prompt' ? money(added * step, code) : undefined,
      };
      const due = amountDue(price(undefined, tip, code), entered);
      const tipMinor = due?.tipAmount?.amountMinor ?? 0n;
      expect(due?.total.amountMinor).toBe(amount * step + tipMinor);
      expect(isPayable(due?.total.amountMinor ?? 0n, code)).toBe(true);
      if (tip.kind === 'prompt') expect(tipMinor).toBe(added * step);
    }),
  );
});
