import { type Account, type AccountRef, postedMinor } from './account.ts';
import type { Hold, Movement } from './judge.ts';
import type { Effect, RecordedTransfer, Transfer } from './transfer.ts';

/** What was read and locked. Whatever was asked for and does not exist is `undefined`. */
export interface Loaded {
  accounts: ReadonlyMap<string, Account | undefined>;
  transfers: ReadonlyMap<string, RecordedTransfer | undefined>;
  /** Keys of the holds that a posted capture or void has resolved. */
  resolvedHolds: ReadonlySet<string>;
}

/** A row to insert. A rejection has no effect, and its id is taken all the same. */
export interface NewTransfer extends RecordedTransfer {
  effect: Effect | undefined;
}

/** A row to update, on the condition that it still has the `seq` with which it was read. */
export interface ChangedAccount extends Account {
  loadedSeq: bigint;
}

interface Step {
  row: NewTransfer;
  /** The accounts before a posted transfer, for taking it back. */
  before: readonly [Account, Account] | undefined;
}

/** Where a lane's id is found in the books. */
export function keyOf(lane: number, id: string): string {
  return `${lane}/${id}`;
}

/**
 * The accounts, transfers and holds that one batch may touch, as loaded and then as changed by
 * every transfer decided since. All in memory; `writeBooks` makes it durable.
 */
export class Books {
  readonly #loaded: Loaded;
  readonly #accounts: Map<string, Account | undefined>;
  readonly #transfers: Map<string, RecordedTransfer | undefined>;
  readonly #resolvedHolds: Set<string>;
  readonly #steps: Step[] = [];

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
    this.#accounts = new Map(loaded.accounts);
    this.#transfers = new Map(loaded.transfers);
    this.#resolvedHolds = new Set(loaded.resolvedHolds);
  }

  /** An account as the transfers decided so far leave it. Throws if it was not loaded. */
  account({ lane, accountId }: AccountRef): Account | undefined {
    return present(this.#accounts, keyOf(lane, accountId));
  }

  /** The transfer that took this id, if one did. Throws if the id was not loaded. */
  transfer(lane: number, transferId: string): RecordedTransfer | undefined {
    return present(this.#transfers, keyOf(lane, transferId));
  }

  /** The hold that a capture or a void refers to. */
  hold({ lane, holdId }: Pick<Transfer, 'lane' | 'holdId'>): Hold | undefined {
    if (holdId === undefined) return undefined;
    const transfer = this.transfer(lane, holdId);
    return transfer && { transfer, resolved: this.#resolvedHolds.has(keyOf(lane, holdId)) };
  }

  /** Enters a posted transfer and what it did to its accounts. */
  post(record: RecordedTransfer, { debit, credit, heldMinor }: Movement): void {
    const before = [this.#known(debit), this.#known(credit)] as const;
    const effect = {
      heldMinor,
      debitSeq: debit.seq,
      creditSeq: credit.seq,
      debitBalanceMinor: postedMinor(debit),
      creditBalanceMinor: postedMinor(credit),
    };
    this.#enter({ row: { ...record, effect }, before });
    for (const account of [debit, credit]) this.#set(account);
    if (record.holdId !== undefined) this.#resolvedHolds.add(keyOf(record.lane, record.holdId));
  }

  /** Enters a rejected transfer: its id is taken, its accounts are not touched. */
  reject(record: RecordedTransfer): void {
    this.#enter({ row: { ...record, effect: undefined }, before: undefined });
  }

  /** A place to which `takeBack` can return. */
  mark(): number {
    return this.#steps.length;
  }

  /** Undoes everything entered since the mark, the latest first. */
  takeBack(mark: number): void {
    for (const { row, before } of this.#steps.splice(mark).reverse()) {
      this.#transfers.set(keyOf(row.lane, row.transferId), undefined);
      for (const account of before ?? []) this.#set(account);
      const resolved = before !== undefined && row.holdId !== undefined;
      if (resolved) this.#resolvedHolds.delete(keyOf(row.lane, row.holdId ?? ''));
    }
  }

  /** Rows to insert, in the order in which they were decided. */
  newTransfers(): NewTransfer[] {
    return this.#steps.map((step) => step.row);
  }

  /** Rows to update, each once however many transfers touched it. */
  changedAccounts(): ChangedAccount[] {
    const changed: ChangedAccount[] = [];
    for (const [key, account] of this.#accounts) {
      const loaded = this.#loaded.accounts.get(key);
      if (account && loaded && account !== loaded) {
        changed.push({ ...account, loadedSeq: loaded.seq });
      }
    }
    return changed;
  }

  #enter(step: Step): void {
    this.#transfers.set(keyOf(step.row.lane, step.row.transferId), step.row);
    this.#steps.push(step);
  }

  #known(ref: AccountRef): Account {
    const account = this.account(ref);
    if (account === undefined) throw new Error(`account ${ref.accountId} is not in the books`);
    return account;
  }

  #set(account: Account): void {
    this.#accounts.set(keyOf(account.lane, account.accountId), account);
  }
}

/** Absent and not asked for are different things: taking one for the other would post twice. */
function present<T>(map: ReadonlyMap<string, T | undefined>, key: string): T | undefined {
  const value = map.get(key);
  if (value === undefined && !map.has(key)) throw new Error(`${key} was not loaded into the books`);
  return value;
}
