import { type Payment, PaymentState } from '@causeway/proto/common';
import { describe, expect, test } from 'vitest';
import type { ClientLog } from '../clients/log.ts';
import { judgeAnswers } from './answers.ts';
import type { Read } from './databases.ts';

const ROW = {
  ...{ payment_id: 'a', partner_id: 'sakura', payment_request_id: 'r', version: 3 },
  ...{ state: 'SUCCEEDED', decline_reason: 0, payer_minor: 66n, payee_minor: 1_280n },
};
const TOLD = {
  ...{ paymentId: 'a', partnerId: 'sakura', paymentRequestId: 'r', version: 3n },
  ...{ state: PaymentState.SUCCEEDED, declineReason: 0, cancelling: false },
  payerAmount: { currencyCode: 'HKD', amountMinor: 66n },
  payeeAmount: { currencyCode: 'JPY', amountMinor: 1_280n },
} as Payment;

/** What the judge says where clients were told this, and asked for that, and rows are these. */
async function judged(told: readonly Partial<Payment>[], row: object = {}, cancels: string[] = []) {
  const log = {
    told: told.map((each) => ({ who: 'sakura', method: 'm', payment: { ...TOLD, ...each } })),
    refunds: [],
    effects: cancels.map((paymentRequestId) => ({
      ...{ who: 'sakura', method: 'payments.cancelPayment', outcome: 'answered' },
      request: { paymentRequestId },
    })),
  } as unknown as ClientLog;
  const rows = [{ ...ROW, ...row }];
  const read = (async (_owner, sql) => (sql.includes('refunds') ? [] : rows)) as Read;
  return (await judgeAnswers(log, read)).map(({ kind, what }) => `${kind}: ${what}`);
}

describe('what a client was told', () => {
  test('and is recorded is well', async () => {
    expect(await judged([{}])).toEqual([]);
    expect(await judged([{ state: PaymentState.PENDING, version: 1n }, {}])).toEqual([]);
  });

  test.each([
    ['is not recorded at all', { paymentId: 'b' }, 'no such payment'],
    ['was a later version', { version: 4n }, 'version 4 was answered, 3'],
    ['was another end', { state: PaymentState.CANCELLED }, 'CANCELLED was answered, SUCCEEDED'],
    ['was another price', { payerAmount: { currencyCode: 'HKD', amountMinor: 65n } }, 'to pay 65'],
  ])('and %s is lost', async (_, told, expected) => {
    const [found] = await judged([told]);
    expect(found).toMatch(/^lost: /);
    expect(found).toContain(expected);
  });

  test('may be cancelled later only where somebody asked for it', async () => {
    const row = { state: 'CANCELLED' };
    expect(await judged([{}], row, ['r'])).toEqual([]);
    expect(await judged([{}], row, ['another'])).toHaveLength(1);
    expect(await judged([{ state: PaymentState.DECLINED }], row, ['r'])).toHaveLength(1);
  });

  test('of one request is one payment', async () => {
    expect((await judged([{}, { paymentId: 'b' }])).some((one) => one.startsWith('doubled'))).toBe(
      true,
    );
  });
});
