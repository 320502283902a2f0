import type { Payment } from '@causeway/proto/common';
import {
  BreakKind,
  BreakState,
  FileFormat,
  type UploadFileRequest,
  type UploadResult,
} from '@causeway/proto/settlement';
import { acquirerOf, insist, minor, type Shop, same, type World } from '../../../support/index.ts';

/**
 * Posts an adjustment and takes it back, then posts another, while settlement dies. Throws unless
 * each was posted once.
 */
export async function corrected(world: World, shop: Shop, amountMinor: bigint): Promise<void> {
  const { adjustments } = world.ops;
  const { currencyCode } = shop;
  const post = async (minor: bigint) => {
    const asked = {
      ...{ requestId: world.id('adjustment'), participant: acquirerOf(shop), reference: '' },
      ...{ amount: { currencyCode, amountMinor: minor }, reason: 'terminal rent' },
    };
    const { adjustment } = await insist(() => adjustments.postAdjustment(asked));
    return adjustment?.adjustmentId ?? '';
  };
  const adjustmentId = await post(-5_000n);
  const wrong = { requestId: world.id('reversal'), adjustmentId, reason: 'it was paid' };
  await insist(() => adjustments.reverseAdjustment(wrong));
  await post(amountMinor);
  const page = { participant: acquirerOf(shop), pageSize: 0, pageToken: '' };
  const posted = (await insist(() => adjustments.listAdjustments(page))).adjustments;
  const amounts = posted.map(({ amount }) => minor(amount));
  same(amounts, [amountMinor, 5_000n, -5_000n], 'what was posted');
}

/**
 * Uploads a final day's file that says one minor unit less of its only payment, and resolves what
 * differs by an adjustment, while settlement dies. Throws unless there was one run and one resolution.
 */
export async function reconciled(
  world: World,
  shop: Shop,
  { paymentId, payeeAmount, acquirerClearingDate }: Payment,
): Promise<void> {
  const amount = { currencyCode: shop.currencyCode, amountMinor: minor(payeeAmount) - 1n };
  const file = [
    'line,record,payment_id,currency_code,amount_minor,clearing_date,status',
    `1,payment,${paymentId},${amount.currencyCode},${amount.amountMinor},${acquirerClearingDate},succeeded`,
    '2,end,,,,,',
    '',
  ].join('\n');
  const { reconciliation } = await insist(() => upload(shop, acquirerClearingDate, file));
  const { runNumber, openedCount, openCount } = reconciliation?.lastRun ?? {};
  same([runNumber, openedCount, openCount], [1, 1n, 1n], 'the run, what it opened, what is open');
  const { reconciliations } = world.ops;
  const { reconciliationId = '' } = reconciliation ?? {};
  const filter = { reconciliationId, kind: BreakKind.AMOUNT, state: BreakState.UNSPECIFIED };
  const page = { assignee: '', pageSize: 0, pageToken: '' };
  const { breaks } = await insist(() => reconciliations.listBreaks({ ...filter, ...page }));
  const { breakId = '' } = breaks[0] ?? {};
  const commandId = world.runtime.random.uuid();
  const adjustment = { ...amount, amountMinor: -1n };
  const resolve = { commandId, breakId, reason: 'their till is right', adjustment };
  await insist(() => reconciliations.resolveBreak(resolve));
  const { break: closed, actions } = await insist(() => reconciliations.getBreak({ breakId }));
  same(closed?.state, BreakState.RESOLVED, 'a break that was resolved');
  const done = actions.map((action) => [action.kind, action.adjustment]);
  same(done, [['resolve', adjustment]], 'what was done about a break');
}

async function upload(shop: Shop, clearingDate: string, file: string): Promise<UploadResult> {
  async function* requests(): AsyncGenerator<UploadFileRequest> {
    const about = { $case: 'partnerDay', value: { participant: undefined, clearingDate } } as const;
    const header = { about, format: FileFormat.CSV, fileName: 'day.csv' };
    yield { part: { $case: 'header', value: header } };
    yield { part: { $case: 'piece', value: Buffer.from(file) } };
  }
  for await (const { state } of shop.partner.reconciliations.uploadFile(requests())) {
    if (state?.$case === 'result') return state.value;
  }
  throw new Error('the upload ended without a result');
}
