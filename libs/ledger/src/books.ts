import { type Account, type AccountRef, postedMinor } from './account.ts';
import type { Hold, Movement } from './judge.ts';
import { LaneMap } from './lane-map.ts';
import type { Effect, RecordedTransfer, Rejection, Transfer } from './transfer.ts';

/** What of a transfer says which rows it needs: all of it, or a plan that may yet be dropped. */
export type TransferRefs = Pick<Transfer, 'lane' | 'transferId' | 'debit' | 'credit' | 'holdId'>;

/** A row to insert. A rejection has no effect, and its id is taken all the same. */
export interface NewTransfer extends RecordedTransfer {
  effect: Effect | undefined;
}

/** A row to update, on the condition that it still has the `seq` with which it was read. */
export interface ChangedAccount {
  account: Account;
  loadedSeq: bigint;
}

interface Step {
  row: NewTransfer;
  /** The accounts before a posted transfer, for taking it back. */
  before: readonly [Account | undefined, Account | undefined] | undefined;
}

/** An account as it was read, which fences its update, and as it is now. */
interface AccountSlot {
  loaded: Account | undefined;
  now: Account | undefined;
}

/** What an id stands for: nothing yet, or a decided transfer, perhaps a hold that is resolved. */
interface TransferSlot {
  record: RecordedTransfer | undefined;
  resolved: boolean;
}

/**
 * The accounts, transfers and holds that one batch may touch, as loaded and then as changed by
 * every transfer decided since. All in memory; `writeBooks` makes it durable.
 */
export class Books {
  readonly #accounts = new LaneMap<AccountSlot>();
  readonly #transfers = new LaneMap<TransferSlot>();
  readonly #steps: Step[] = [];

  /** Names what may be touched. Nothing exists under these ids until it is loaded. */
  constructor(transfers: readonly TransferRefs[], further: readonly AccountRef[] = []) {
    for (const { lane, transferId, debit, credit, holdId } of transfers) {
      for (const accountId of [debit, credit]) this.#expectAccount(lane, accountId);
      this.#expectTransfer(lane, transferId);
      if (holdId !== undefined) this.#expectTransfer(lane, holdId);
    }
    for (const { lane, accountId } of further) this.#expectAccount(lane, accountId);
  }

  /** The accounts to load, each once. */
  accountRefs(): { lane: number; id: string }[] {
    return [...this.#accounts.entries()];
  }

  /** The ids of transfers and holds to load, each once. */
  transferRefs(): { lane: number; id: string }[] {
    return [...this.#transfers.entries()];
  }

  /** Brings in an account as it was read. */
  loadAccount(account: Account): void {
    const slot = this.#accountSlot(account.lane, account.accountId);
    slot.loaded = account;
    slot.now = account;
  }

  /** Brings in a decided transfer; `resolved` says that it is a hold which was captured or voided. */
  loadTransfer(record: RecordedTransfer, resolved: boolean): void {
    const { lane, transferId } = record.transfer;
    const slot = this.#transferSlot(lane, transferId);
    slot.record = record;
    slot.resolved = resolved;
  }

  /** An account as the transfers decided so far leave it. Throws if it was not loaded. */
  account({ lane, accountId }: AccountRef): Account | undefined {
    return this.#accountSlot(lane, accountId).now;
  }

  /** The transfer that took this id, if one did. Throws if the id was not loaded. */
  transfer(lane: number, transferId: string): RecordedTransfer | undefined {
    return this.#transferSlot(lane, transferId).record;
  }

  /** The hold that a capture or a void refers to. */
  hold({ lane, holdId }: Pick<Transfer, 'lane' | 'holdId'>): Hold | undefined {
    if (holdId === undefined) return undefined;
    const { record, resolved } = this.#transferSlot(lane, holdId);
    return record && { record, resolved };
  }

  /** Enters a posted transfer and what it did to its accounts. */
  post(transfer: Transfer, linkId: string | undefined, movement: Movement): void {
    const { debit, credit, heldMinor } = movement;
    const debitSlot = this.#accountSlot(transfer.lane, transfer.debit);
    const creditSlot = this.#accountSlot(transfer.lane, transfer.credit);
    const effect = {
      heldMinor,
      debitSeq: debit.seq,
      creditSeq: credit.seq,
      debitBalanceMinor: postedMinor(debit),
      creditBalanceMinor: postedMinor(credit),
    };
    const before = [debitSlot.now, creditSlot.now] as const;
    this.#enter({ row: { transfer, linkId, outcome: 'posted', effect }, before });
    debitSlot.now = debit;
    creditSlot.now = credit;
    this.#resolve(transfer, true);
  }

  /** Enters a rejected transfer: its id is taken, its accounts are not touched. */
  reject(transfer: Transfer, linkId: string | undefined, outcome: Rejection): void {
    this.#enter({ row: { transfer, linkId, outcome, effect: undefined }, before: undefined });
  }

  /** A place to which `takeBack` can return. */
  mark(): number {
    return this.#steps.length;
  }

  /** Undoes everything entered since the mark, the latest first. */
  takeBack(mark: number): void {
    for (const { row, before } of this.#steps.splice(mark).reverse()) {
      const { lane, transferId, debit, credit } = row.transfer;
      this.#transferSlot(lane, transferId).record = undefined;
      if (before === undefined) continue;
      this.#accountSlot(lane, debit).now = before[0];
      this.#accountSlot(lane, credit).now = before[1];
      this.#resolve(row.transfer, false);
    }
  }

  /** Rows to insert, in the order in which they were decided. */
  newTransfers(): NewTransfer[] {
    return this.#steps.map((step) => step.row);
  }

  /** Rows to update, each once however many transfers touched it. */
  changedAccounts(): ChangedAccount[] {
    const changed: ChangedAccount[] = [];
    for (const { value } of this.#accounts.entries()) {
      const { loaded, now } = value;
      if (loaded && now && now !== loaded) changed.push({ account: now, loadedSeq: loaded.seq });
    }
    return changed;
  }

  #enter(step: Step): void {
    const { lane, transferId } = step.row.transfer;
    this.#transferSlot(lane, transferId).record = step.row;
    this.#steps.push(step);
  }

  #resolve({ lane, holdId }: Transfer, resolved: boolean): void {
    if (holdId !== undefined) this.#transferSlot(lane, holdId).resolved = resolved;
  }

  #expectAccount(lane: number, accountId: string): void {
    this.#accounts.set(lane, accountId, { loaded: undefined, now: undefined });
  }

  #expectTransfer(lane: number, transferId: string): void {
    this.#transfers.set(lane, transferId, { record: undefined, resolved: false });
  }

  // Absent and not asked for are different things: taking one for the other would post twice.
  #accountSlot(lane: number, accountId: string): AccountSlot {
    const slot = this.#accounts.get(lane, accountId);
    if (slot === undefined) throw new Error(`account ${lane}/${accountId} was not loaded`);
    return slot;
  }

  #transferSlot(lane: number, transferId: string): TransferSlot {
    const slot = this.#transfers.get(lane, transferId);
    if (slot === undefined) throw new Error(`transfer ${lane}/${transferId} was not loaded`);
    return slot;
  }
}
