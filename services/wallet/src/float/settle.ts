import type { Tx } from '@causeway/db';
import { applyTransfers, type Transfer } from '@causeway/ledger';
import { failpoint, Refusal, uuidFrom } from '@causeway/runtime';
import type { Chart } from '../chart.ts';
import type { Reason } from '../errors.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import { insertSettlement } from './store.ts';

/** What the operator and the switch settled for one clearing day, in minor units. */
export interface Settlement extends RecordedSettlement {
  /** YYYY-MM-DD: the key. */
  clearingDate: string;
  /** What left the trust account: settled - fee + correction. Below zero where it came in. */
  paidMinor: bigint;
  /** Who recorded it. */
  recorderId: string;
}

/** What tells a settlement from another of its day. */
export interface RecordedSettlement {
  /** Captured less refunded: by so much the payable falls. */
  settledMinor: bigint;
  /** What the operator earned and kept, not below zero. */
  feeMinor: bigint;
  /** What it paid for corrections; below zero where they lowered what it paid. */
  correctionMinor: bigint;
}

/**
 * Records that a clearing day was settled with the switch, once. Answers whether it had been
 * recorded before. Throws a Refusal SETTLEMENT_UNEVEN, or SETTLEMENT_RECORDED where the day was
 * recorded with other figures.
 */
export async function recordSettlement(
  { db, rules }: WalletOffice,
  settlement: Settlement,
): Promise<boolean> {
  const { settledMinor, feeMinor, correctionMinor, paidMinor } = settlement;
  if (paidMinor !== settledMinor - feeMinor + correctionMinor) {
    const message = 'what was paid is not what was settled, less the fee, with the corrections';
    throw new Refusal<Reason>('SETTLEMENT_UNEVEN', message);
  }
  const replay = await db.transaction(async (tx) => {
    const earlier = await insertSettlement(tx, settlement);
    if (earlier !== undefined) return assertSame(earlier, settlement);
    await post(tx, transfersOf(settlement, rules.chart));
    await failpoint('wallet.float.settlement.before_commit');
    return false;
  });
  await failpoint('wallet.float.settlement.committed');
  return replay;
}

function assertSame(earlier: RecordedSettlement, settlement: Settlement): true {
  const same =
    earlier.settledMinor === settlement.settledMinor &&
    earlier.feeMinor === settlement.feeMinor &&
    earlier.correctionMinor === settlement.correctionMinor;
  if (same) return true;
  throw new Refusal<Reason>('SETTLEMENT_RECORDED', 'this day was settled with other figures');
}

/** What is settled belongs to no wallet: the sub-accounts of one lane carry it. */
const LANE = 0;

/** What is paid, kept and corrected together takes from the payable exactly what is settled. */
function transfersOf(settlement: Settlement, chart: Chart): Transfer[] {
  const { paidMinor, feeMinor, correctionMinor } = settlement;
  const [payable, float] = [chart.payable(LANE), chart.float(LANE)];
  return [
    ...moved(settlement, chart, 'settlement', { debit: payable, credit: float }, paidMinor),
    ...moved(settlement, chart, 'fee', { debit: payable, credit: chart.fees(LANE) }, feeMinor),
    ...moved(
      settlement,
      chart,
      'correction',
      { debit: chart.corrections(LANE), credit: payable },
      correctionMinor,
    ),
  ];
}

/** None for nothing; the other way round for an amount below zero. */
function moved(
  { clearingDate }: Settlement,
  { currencyCode }: Chart,
  code: 'settlement' | 'fee' | 'correction',
  { debit, credit }: { debit: string; credit: string },
  amountMinor: bigint,
): Transfer[] {
  if (amountMinor === 0n) return [];
  const sides = amountMinor > 0n ? { debit, credit } : { debit: credit, credit: debit };
  return [
    {
      ...{ lane: LANE, kind: 'post' as const, code, currencyCode, ...sides },
      transferId: uuidFrom('transfer', 'switch_settlement', clearingDate, code),
      amountMinor: amountMinor > 0n ? amountMinor : -amountMinor,
      reference: clearingDate,
    },
  ];
}

async function post(tx: Tx, transfers: readonly Transfer[]): Promise<void> {
  if (transfers.length === 0) return;
  const results = await applyTransfers(tx, transfers);
  const failed = results.find(({ outcome }) => outcome !== 'posted');
  if (failed) throw new Error(`transfer ${failed.transferId} ended as ${failed.outcome}`);
}
