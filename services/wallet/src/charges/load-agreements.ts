import type { Tx } from '@causeway/db';
import { periodAt } from '../agreements/agreement.ts';
import { agreementFrom } from '../agreements/row.ts';
import { type AgreementDay, readAgreements } from './agreement-store.ts';
import type { ChargeCommand } from './command.ts';
import { type CommandRow, payerOf } from './store.ts';
import { agreementUsageKey, keyOf, type WorkingSet } from './working-set.ts';

/** A command with what was read for it, and the wallet that it is about. */
export interface FoundCommand {
  command: ChargeCommand;
  row: CommandRow;
  walletId: string | undefined;
}

/**
 * Reads the agreements that the batch may charge, give back to, suspend or resume. A batch that
 * charges none, for wallets that owe nothing, makes no round trip for it.
 */
export async function loadAgreements(
  tx: Tx,
  set: WorkingSet,
  found: readonly FoundCommand[],
): Promise<void> {
  const days = new Map<string, AgreementDay>();
  for (const { command, row, walletId } of found) {
    const wallet = walletId === undefined ? undefined : set.wallet(walletId);
    if (wallet === undefined) continue;
    const day = agreementDay(command, row);
    if (day !== undefined) days.set(`${keyOf(day.lane, day.agreementId)}/${day.day}`, day);
    const tap = payerOf(command)?.tap;
    const isRide = tap !== undefined && tap.lossId === undefined;
    if (wallet.owes || day !== undefined || isRide) set.expectArrears(wallet);
  }
  const wallets = set.debtors();
  if (wallets.length === 0) return;
  for (const { day, usedMinor, ...row } of await readAgreements(tx, wallets, [...days.values()])) {
    const agreement = agreementFrom(row);
    const { lane, agreementId } = agreement;
    set.agreements.loaded(keyOf(lane, agreementId), agreement);
    if (day === null) continue;
    const period = periodAt(agreement.period, day);
    const usage = usedMinor === null ? undefined : { lane, agreementId, period, usedMinor };
    set.agreementUsage.loaded(agreementUsageKey(lane, agreementId, period), usage);
  }
}

/** The agreement that a command charges, or that its charge was made under, and when. */
function agreementDay(command: ChargeCommand, row: CommandRow): AgreementDay | undefined {
  const agreementId = row.agreementId ?? payerOf(command)?.agreementId;
  if (agreementId === undefined) return undefined;
  return { lane: command.lane, agreementId, day: row.allowanceDay ?? row.today };
}
