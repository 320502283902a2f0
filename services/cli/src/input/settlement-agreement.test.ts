import { ParticipantKind } from '@causeway/proto/common';
import { SettlementMethod } from '@causeway/proto/settlement';
import { describe, expect, it } from 'vitest';
import { EXAMPLE } from '../commands/settlement-agreements.ts';
import { agreementJson, agreementText } from '../output/settlement-agreement.ts';
import { parseAgreement, participantNamed } from './settlement-agreement.ts';

const text = (change: object) => JSON.stringify({ agreement: { ...EXAMPLE.agreement, ...change } });

describe('a settlement agreement', () => {
  it('is read from the example, and what is printed is read again', () => {
    const agreement = parseAgreement(JSON.stringify(EXAMPLE));
    expect(agreement).toMatchObject({
      participant: { participantKind: ParticipantKind.ACQUIRER, participantId: 'sakura' },
      method: SettlementMethod.NET,
      fees: [{ tiers: [{ bps: '90' }, { fromVolumeMinor: 10_000_000n }] }],
      payoutAccounts: [{ account: { $case: 'localNumber', value: '0001-123-1234567' } }],
    });
    const printed = JSON.stringify({ agreement: agreementJson(agreement) });
    expect(parseAgreement(printed)).toEqual(agreement);
    for (const told of ['acquirer sakura', '2 business days later', 'JPY 10,000,000', '72.5']) {
      expect(agreementText(agreement)).toContain(told);
    }
  });

  it.each([
    ['not JSON', '{', 'JSON'],
    ['a list', '[]', 'an agreement is a JSON object'],
    ['a field that is misspelt', text({ fee: [1] }), 'agreement.fee'],
    [
      'one deep within',
      text({ reserve: { bps: '1', days: 1, until: '2027-01-01' } }),
      'agreement.reserve.until',
    ],
    ['a method that does not exist', text({ method: 'BARTER' }), 'no agreement'],
    ['an amount that is none', text({ minimum_payouts: [{ amount_minor: 'x' }] }), 'no agreement'],
  ])('with %s is refused', (_what, given, told) => {
    expect(() => parseAgreement(given)).toThrow(told);
  });

  it('is an acquirer’s or an issuer’s', () => {
    expect(participantNamed('issuer', 'harbour-wallet').participantKind).toBe(
      ParticipantKind.ISSUER,
    );
    expect(() => participantNamed('bank', 'x')).toThrow('acquirer or an issuer');
  });
});
