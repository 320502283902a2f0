import { manualRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { startRecovery } from './recovery.ts';
import { pendingPayment } from './testing.ts';

test.each([
  ['goes on while there is more', 600, 600],
  ['leaves the rest to the next look, since what is claimed waits in memory', 5_000, 1_024],
])('one look at what is due %s', async (_what, due, taken) => {
  const runtime = manualRuntime();
  let left = due;
  let takenUp = 0;
  const recovery = startRecovery({
    payments: {
      claimExpired: async () => [],
      claimDue: async (_now, _until, limit) => {
        const claimed = Math.min(left, limit);
        left -= claimed;
        return Array.from({ length: claimed }, () => pendingPayment());
      },
      owedSummary: async () => [],
      owed: async () => [],
    },
    refunds: { claimDue: async () => [] },
    worker: {
      takeUp: async (payment) => {
        takenUp += 1;
        return payment;
      },
    },
    refundWorker: { drive: async (refund) => refund },
    runtime,
  });
  await runtime.advance(1_000);
  await recovery.stop();
  expect(takenUp).toBe(taken);
});

test('what is owed for too long is an error that names one of them', async () => {
  const runtime = manualRuntime();
  const oldest = new Date(runtime.clock.nowMs() - 61_000);
  const recovery = startRecovery({
    payments: {
      claimExpired: async () => [],
      claimDue: async () => [],
      owedSummary: async () => [
        { step: 'INQUIRE', count: 1, oldest, inDoubt: 1 },
        { step: 'REFUND', count: 2, oldest: new Date(runtime.clock.nowMs()), inDoubt: 0 },
      ],
      owed: async () => [pendingPayment({ step: 'INQUIRE' })],
    },
    refunds: { claimDue: async () => [] },
    worker: { takeUp: async (payment) => payment },
    refundWorker: { drive: async (refund) => refund },
    runtime,
  });
  await runtime.advance(1_000);
  await recovery.stop();
  const { paymentId } = pendingPayment();
  expect(runtime.logged).toMatchObject([
    {
      level: 'error',
      fields: { count: 3, payment_id: paymentId, step: 'INQUIRE', route: 'sakura-jp' },
    },
  ]);
});
