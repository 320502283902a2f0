import { DeclineReason } from '@causeway/proto/common';
import { type Charge, ChargeState } from '@causeway/proto/wallet';
import { Secret } from '@causeway/runtime';
import { describe, expect, test } from 'vitest';
import { judgeCharge } from './judge-charge.ts';
import { signedTerms } from './planning/terms-signature.ts';
import type { PaymentRecord } from './record.ts';
import { chargeOf, pendingPayment } from './testing.ts';

const keyOf = (id: string, byte: number) => ({
  id,
  key: new Secret<Uint8Array>(Buffer.alloc(32, byte)),
});
const [OLD, NEW, STRANGE] = [keyOf('old', 1), keyOf('new', 2), keyOf('strange', 3)] as const;
const KEYS = [NEW, OLD] as const;
const PLAN = pendingPayment();
const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
const CAPTURED = chargeOf(PLAN, ChargeState.CAPTURED);

const outcome = (charge: Partial<Charge>, payment = PLAN) =>
  judgeCharge(payment, { ...CAPTURED, ...charge }, KEYS).outcome;

describe('money counts as taken', () => {
  test('at the price of the plan, with its terms or without', () => {
    expect(outcome({})).toBe('recorded');
    expect(outcome({ terms: undefined })).toBe('recorded');
  });

  test.each<[string, Partial<Charge>]>([
    ['less', { payerAmount: hkd(1n) }],
    ['less, without terms', { payerAmount: hkd(1n), terms: undefined }],
    ['no amount', { payerAmount: undefined }],
    ['another currency', { payerAmount: { currencyCode: 'JPY', amountMinor: 6421n } }],
    ['another payee amount', { terms: PLAN.terms && { ...PLAN.terms, payeeAmount: hkd(1n) } }],
    ['no conversion', { terms: PLAN.terms && { ...PLAN.terms, conversion: undefined } }],
    ['another payment', { paymentId: '8f0c6f0e-0000-8000-8000-000000000008' }],
    ['no wallet', { walletId: '' }],
    ['a NUL in the wallet', { walletId: 'wallet\u0000' }],
    ['a long wallet', { walletId: 'w'.repeat(129) }],
    ['a state that there is not', { state: 99 as ChargeState }],
  ])('never at: %s', (_what, changes) => {
    expect(outcome(changes)).toBe('broken');
  });

  test('for a payer who is known, whether the answer names his wallet or not', () => {
    expect(outcome({ walletId: '' }, { ...PLAN, walletId: 'w1' })).toBe('recorded');
  });
});

describe('terms other than the plan', () => {
  const payerAmount = hkd(6400n);
  const earlierTerms = (key = NEW, asked: Partial<PaymentRecord> = {}) => {
    const { paymentId, issuerId } = { ...PLAN, ...asked };
    if (!PLAN.terms) throw new Error('the fixture has no terms');
    const { conversion } = PLAN.terms;
    const priced = conversion && { ...conversion, rate: '20.0', midPart: hkd(6347n) };
    const terms = { ...PLAN.terms, conversion: priced };
    return signedTerms({ paymentId, issuerId, payerAmount }, terms, key);
  };

  test.each([
    ['the key of now', NEW],
    ['an earlier key', OLD],
  ])('count where the switch signed them with %s', (_what, key) => {
    const terms = earlierTerms(key);
    const judged = judgeCharge(PLAN, { ...CAPTURED, payerAmount, terms }, KEYS);
    const { payeeAmount, conversion } = terms;
    expect(judged).toMatchObject({ record: { earlier: { payerAmount, payeeAmount, conversion } } });
  });

  test.each<[string, Partial<Charge>]>([
    ['with a key of nobody', { terms: earlierTerms(STRANGE) }],
    ['for another payment', { terms: earlierTerms(NEW, { paymentId: 'another' }) }],
    ['for another operator', { terms: earlierTerms(NEW, { issuerId: 'another' }) }],
    ['for another amount', { payerAmount: hkd(6399n), terms: earlierTerms() }],
    ['for other terms', { terms: { ...earlierTerms(), payeeAmount: hkd(1n) } }],
    ['for nothing', { terms: { ...earlierTerms(), signature: '' } }],
  ])('do not count where they were signed %s', (_what, changes) => {
    expect(outcome({ payerAmount, ...changes })).toBe('broken');
  });
});

test.each([
  [DeclineReason.INSUFFICIENT_FUNDS, DeclineReason.INSUFFICIENT_FUNDS],
  [DeclineReason.UNSPECIFIED, DeclineReason.REFUSED_BY_PARTNER],
  [40_000 as DeclineReason, DeclineReason.REFUSED_BY_PARTNER],
  [-1 as DeclineReason, DeclineReason.REFUSED_BY_PARTNER],
])('a decline for reason %s ends the payment with %s', (said, reason) => {
  const declined = { ...chargeOf(PLAN, ChargeState.DECLINED, said), walletId: '' };
  const record = { state: ChargeState.DECLINED, declineReason: reason };
  expect(judgeCharge(PLAN, { ...declined, payerAmount: undefined }, KEYS)).toMatchObject({
    record,
  });
});
