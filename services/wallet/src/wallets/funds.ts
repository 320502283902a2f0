import type { Tx } from '@causeway/db';
import { applyTransfers, postedMinor, type Transfer } from '@causeway/ledger';
import { failpoint, Refusal, uuidFrom } from '@causeway/runtime';
import { resumed } from '../agreements/agreement.ts';
import { changeLiving } from '../agreements/store.ts';
import type { Chart } from '../chart.ts';
import type { Reason } from '../errors.ts';
import { type Policy, tierOf } from '../limits/policy.ts';
import { accountOf, arrearsOf, getWallet } from './get.ts';
import { insertMovement, lockWallet, type Movement, selectMovement, updatePaid } from './store.ts';
import { assertOwesNothing, assertUsable, type WalletRecord, type WalletView } from './wallet.ts';
import type { WalletOffice } from './wallets.ts';

/**
 * Tops up or withdraws, once per request id. What comes in pays arrears first, in the same commit,
 * and with the last of them the agreements that they had suspended resume. Only what happened is recorded: a refused request may
 * be sent again, since no answer to it has promised anything.
 *
 * @throws Refusal WALLET_UNKNOWN, WALLET_FROZEN, WALLET_CLOSED, LIMIT_BALANCE,
 *   INSUFFICIENT_FUNDS, ARREARS_OPEN, REQUEST_ID_REUSED
 */
export async function moveFunds(office: WalletOffice, movement: Movement): Promise<WalletView> {
  const { db, rules } = office;
  await db.transaction(async (tx) => {
    const wallet = await lockWallet(tx, movement.walletId);
    if (await wasMoved(tx, wallet, movement)) return;
    assertUsable(wallet.status);
    if (movement.kind === 'withdrawal') assertOwesNothing(wallet);
    const owedMinor = wallet.owes ? await arrearsOf(tx, wallet, rules.chart) : 0n;
    const paidMinor = owedMinor < movement.amountMinor ? owedMinor : movement.amountMinor;
    if (movement.kind === 'top_up') await assertRoom(tx, wallet, movement, paidMinor, rules.policy);
    await insertMovement(tx, wallet.lane, movement);
    await post(tx, transfersOf(wallet, movement, paidMinor, rules.chart));
    if (wallet.owes && paidMinor === owedMinor) await settleArrears(tx, wallet);
    await failpoint('wallet.funds.before_commit');
  });
  await failpoint('wallet.funds.committed');
  return getWallet(office, movement.walletId);
}

/** Whether this very request was executed. Throws a Refusal where another one has its id. */
async function wasMoved(tx: Tx, { lane }: WalletRecord, movement: Movement): Promise<boolean> {
  const earlier = await selectMovement(tx, lane, movement);
  if (earlier === undefined) return false;
  if (earlier.kind === movement.kind && earlier.amountMinor === movement.amountMinor) return true;
  throw new Refusal<Reason>('REQUEST_ID_REUSED', 'the request id was used for another movement');
}

async function assertRoom(
  tx: Tx,
  wallet: WalletRecord,
  { amountMinor }: Movement,
  paidMinor: bigint,
  policy: Policy,
): Promise<void> {
  const posted = postedMinor(await accountOf(tx, wallet));
  if (posted + amountMinor - paidMinor <= tierOf(policy, wallet.tier).balanceMinor) return;
  throw new Refusal<Reason>('LIMIT_BALANCE', 'the wallet would hold more than its tier may');
}

/** The wallet owes nothing any more. */
async function settleArrears(tx: Tx, wallet: WalletRecord): Promise<void> {
  await updatePaid(tx, wallet);
  await changeLiving(tx, wallet, (agreement, nowMs) =>
    agreement.suspendedFor === 'arrears' ? resumed(agreement, nowMs) : agreement,
  );
}

/** The movement, and what of it pays arrears. */
function transfersOf(
  wallet: WalletRecord,
  movement: Movement,
  paidMinor: bigint,
  chart: Chart,
): Transfer[] {
  const moved = transferOf(wallet, movement, chart);
  if (paidMinor === 0n) return [moved];
  const { walletId, requestId } = movement;
  const paid: Transfer = {
    ...moved,
    ...{ debit: walletId, credit: chart.arrears(walletId), amountMinor: paidMinor },
    transferId: uuidFrom('transfer', walletId, requestId, 'arrears_paid'),
    code: 'arrears_paid',
  };
  return [{ ...moved, linkedWithNext: true }, paid];
}

function transferOf({ lane }: WalletRecord, movement: Movement, chart: Chart): Transfer {
  const { kind, walletId, requestId, amountMinor } = movement;
  const float = chart.float(lane);
  const [debit, credit] = kind === 'top_up' ? [float, walletId] : [walletId, float];
  return {
    ...{ lane, debit, credit, amountMinor },
    transferId: uuidFrom('transfer', walletId, requestId, kind),
    kind: 'post',
    currencyCode: chart.currencyCode,
    code: kind,
    reference: requestId,
  };
}

async function post(tx: Tx, transfers: readonly Transfer[]): Promise<void> {
  const results = await applyTransfers(tx, transfers);
  const failed = results.find(({ outcome }) => outcome !== 'posted');
  if (failed === undefined) return;
  // Thrown, so that the rejection is rolled back with the rest and the id stays free.
  if (failed.outcome === 'insufficient_funds') {
    throw new Refusal<Reason>('INSUFFICIENT_FUNDS', 'the available balance is too small');
  }
  throw new Error(`transfer ${failed.transferId} ended as ${failed.outcome}`);
}
