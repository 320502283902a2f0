import type { Tx } from '@causeway/db';
import { loadBooks } from '@causeway/ledger';
import { failpoint } from '@causeway/runtime';
import type { ChargeCommand, ChargeKey } from './command.ts';
import { loadGrants } from './grant-store.ts';
import { type FoundCommand, loadAgreements } from './load-agreements.ts';
import { chargeFrom } from './row.ts';
import { type CommandRow, lockWallets, payerOf, readCommands } from './store.ts';
import { type Rules, stepsOf } from './transfers.ts';
import { codeKey, keyOf, usageKey, WorkingSet, yearOf } from './working-set.ts';

/** Another writer came between the lock and the look: the batch must be decided again. */
export class Beaten extends Error {
  override readonly name = 'Beaten';
}

/**
 * Locks and reads, in three round trips, everything that the commands may touch; in four, where
 * an agreement is charged or a wallet owes. Throws Beaten where a charge or a code appeared after its wallet would have been locked.
 */
export async function loadWorkingSet(
  tx: Tx,
  commands: readonly ChargeCommand[],
  rules: Rules,
): Promise<WorkingSet> {
  const locked = await lockWallets(tx, withHolders(commands));
  await failpoint('wallet.charge.wallets_locked');
  const rows = await readCommands(tx, commands, rules.policy.timeZone);
  const set = new WorkingSet(momentOf(rows), locked);
  const found: FoundCommand[] = [];
  const wallets = new WalletsByCharge();
  for (const [index, command] of commands.entries()) {
    const row = rows[index];
    if (row === undefined) throw new Error('a command was not read');
    assertLocked(set, row);
    enter(set, command, row);
    const walletId = walletOf(command, row);
    found.push({ command, row, walletId });
    wallets.add(command, walletId);
  }
  await loadAgreements(tx, set, found);
  await loadGrants(tx, set, commands);
  const steps = commands.flatMap((command) =>
    wallets.of(command).flatMap((walletId) => {
      const wallet = set.wallet(walletId);
      return wallet === undefined ? [] : stepsOf(command, wallet, rules, set.mayOwe(wallet));
    }),
  );
  set.openBooks(await loadBooks(tx, steps));
  return set;
}

/** A loss changes a grant too, which goes by the lock of the wallet whose it is. */
function withHolders(commands: readonly ChargeCommand[]): ChargeCommand[] {
  return commands.flatMap((command) => {
    const holderId = payerOf(command)?.holderId;
    if (holderId === undefined || !('payer' in command)) return [command];
    return [command, { ...command, payer: { walletId: holderId } }];
  });
}

function assertLocked(set: WorkingSet, { walletId, codeWalletId }: CommandRow): void {
  for (const found of [walletId, codeWalletId]) {
    if (found !== null && set.wallet(found) === undefined) throw new Beaten(`wallet ${found}`);
  }
}

function momentOf([row]: readonly CommandRow[]) {
  if (row === undefined) throw new Error('the database told no time');
  return { nowMs: row.at.getTime(), today: row.today };
}

function enter(set: WorkingSet, command: ChargeCommand, row: CommandRow): void {
  const { lane, paymentId } = command;
  const charge = chargeFrom({ lane, paymentId }, row);
  set.charges.loaded(keyOf(lane, paymentId), charge);
  if ('payer' in command) enterCode(set, command, row);
  if (command.kind === 'refund') enterRefund(set, command, row);
  const walletId = walletOf(command, row);
  if (walletId === undefined) return;
  const day = charge?.allowanceDay ?? row.today;
  const used = { [day]: row.dayMinor, [yearOf(day)]: row.yearMinor };
  for (const [period, usedMinor] of Object.entries(used)) {
    const usage = usedMinor === null ? undefined : { lane, walletId, period, usedMinor };
    set.usage.loaded(usageKey(lane, walletId, period), usage);
  }
}

function enterCode(
  set: WorkingSet,
  { lane, payer, terms }: Extract<ChargeCommand, { payer: unknown }>,
  row: CommandRow,
): void {
  const { codeHash } = payer;
  if (codeHash === undefined) return;
  const { codeWalletId, codeBoardId, codeExpiresAt, codeUsedBy, shownRate } = row;
  const code =
    codeWalletId === null || codeBoardId === null || codeExpiresAt === null
      ? undefined
      : {
          ...{ lane, codeHash, walletId: codeWalletId, rateBoardId: codeBoardId },
          expiresAtMs: codeExpiresAt.getTime(),
          usedBy: codeUsedBy ?? undefined,
        };
  set.codes.loaded(codeKey(lane, codeHash), code);
  set.shown(lane, codeHash, terms.payee.currencyCode, shownRate ?? undefined);
}

function enterRefund(
  set: WorkingSet,
  { lane, refundId }: Extract<ChargeCommand, { kind: 'refund' }>,
  row: CommandRow,
): void {
  const refund =
    row.refundPaymentId === null
      ? undefined
      : {
          ...{ lane, refundId, paymentId: row.refundPaymentId },
          payerAmountMinor: row.refundPayerMinor,
          payeeAmountMinor: row.refundPayeeMinor,
          payeeCurrency: row.refundPayeeCurrency,
          unclaimed: row.refundUnclaimed,
          createdAtMs: row.refundCreatedAt.getTime(),
        };
  set.refunds.loaded(keyOf(lane, refundId), refund);
}

/** The same order of precedence as in the statement. */
function walletOf(command: ChargeCommand, row: CommandRow): string | undefined {
  return row.walletId ?? row.codeWalletId ?? payerOf(command)?.walletId;
}

/**
 * The wallets that any command of the batch finds for a payment: a Void may name the payer by
 * less than the Charge before it did, and must find the same accounts.
 */
class WalletsByCharge {
  readonly #wallets = new Map<string, Set<string>>();

  add({ lane, paymentId }: ChargeKey, walletId: string | undefined): void {
    if (walletId === undefined) return;
    const key = keyOf(lane, paymentId);
    const wallets = this.#wallets.get(key) ?? new Set();
    this.#wallets.set(key, wallets.add(walletId));
  }

  of({ lane, paymentId }: ChargeKey): string[] {
    return [...(this.#wallets.get(keyOf(lane, paymentId)) ?? [])];
  }
}
