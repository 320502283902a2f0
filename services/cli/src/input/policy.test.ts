import { PaymentMethod } from '@causeway/proto/common';
import { describe, expect, it } from 'vitest';
import { policyJson } from '../output/policy.ts';
import { parsePolicy } from './policy.ts';

const JSON_TEXT = JSON.stringify({
  description: 'Straits on weekends',
  rules: [
    {
      name: 'codes',
      when: { country_codes: ['SG'], methods: ['CODE', 'PAYMENT_METHOD_MERCHANT_QR'] },
      split: { shares: [{ route_id: 'straits-sg', percent: 100 }] },
    },
  ],
  scoring: { failure_cost_bps: 0, window_seconds: 60 },
});

describe('a policy', () => {
  it('is read from JSON, and what is printed is read again', () => {
    const policy = parsePolicy(JSON_TEXT);
    expect(policy.rules[0]?.when?.methods).toEqual([PaymentMethod.CODE, PaymentMethod.MERCHANT_QR]);
    expect(policy.rules[0]?.then).toMatchObject({ $case: 'split' });
    expect(parsePolicy(JSON.stringify({ policy: policyJson(policy) }))).toEqual(policy);
  });

  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['a field that does not exist', '{"ruels":[{"name":"x"}]}'],
    ['one deep within', '{"rules":[{"name":"x","when":{"contry_codes":["SG"]}}]}'],
    ['a method that does not exist', '{"rules":[{"name":"x","when":{"methods":["CASH"]}}]}'],
    ['an amount that is none', '{"rules":[{"when":{"min_payee_amount":{"amount_minor":"x"}}}]}'],
  ])('with %s is refused', (_what, text) => {
    expect(() => parsePolicy(text)).toThrow(/JSON|no field|no policy/);
  });

  it('names the field that is unknown', () => {
    const text = '{"rules":[{"name":"x","only":{"route_id":["a"]}}]}';
    expect(() => parsePolicy(text)).toThrow('policy.rules[0].only.route_id');
  });
});
