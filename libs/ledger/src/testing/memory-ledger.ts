import { type Account, type AccountDefinition, type AccountRef, postedMinor } from '../account.ts';
import { Books, type NewTransfer, type TransferRefs } from '../books.ts';
import { LaneMap } from '../lane-map.ts';

/** An account and what it was opened as. */
interface Kept {
  definition: AccountDefinition;
  account: Account;
}

/**
 * The ledger's tables in memory, for programs without a database: the same books are opened on
 * them, decided on and written back. Each call is one whole transaction.
 */
export class MemoryLedger {
  readonly #accounts = new LaneMap<Kept>();
  readonly #transfers = new LaneMap<NewTransfer>();
  readonly #resolved = new LaneMap<true>();

  /** Opens accounts with a balance of zero; one that exists stays as it is. */
  open(definitions: readonly AccountDefinition[]): void {
    for (const definition of definitions) {
      const { lane, accountId, currencyCode, normalSide, mayGoNegative } = definition;
      if (this.#accounts.get(lane, accountId)) continue;
      const none = { debitsPosted: 0n, creditsPosted: 0n, debitsHeld: 0n, creditsHeld: 0n };
      const account = {
        lane,
        accountId,
        currencyCode,
        normalSide,
        mayGoNegative,
        seq: 0n,
        ...none,
      };
      this.#accounts.set(lane, accountId, { definition, account });
    }
  }

  /** The books on all that these transfers may touch. */
  books(transfers: readonly TransferRefs[], further: readonly AccountRef[] = []): Books {
    const books = new Books(transfers, further);
    for (const { lane, id } of books.accountRefs()) {
      const kept = this.#accounts.get(lane, id);
      if (kept) books.loadAccount(kept.account);
    }
    for (const { lane, id } of books.transferRefs()) {
      const row = this.#transfers.get(lane, id);
      if (row) books.loadTransfer(row, this.#resolved.get(lane, id) === true);
    }
    return books;
  }

  /** Keeps what was decided in the books. Throws where a row is taken, or changed since. */
  write(books: Books): void {
    for (const row of books.newTransfers()) this.#insert(row);
    for (const { account, loadedSeq } of books.changedAccounts()) {
      const { lane, accountId } = account;
      const kept = this.#accounts.get(lane, accountId);
      if (kept?.account.seq !== loadedSeq) throw new Error(`account ${accountId} was changed`);
      this.#accounts.set(lane, accountId, { ...kept, account });
    }
  }

  #insert(row: NewTransfer): void {
    const { lane, transferId, holdId } = row.transfer;
    if (this.#transfers.get(lane, transferId)) throw new Error(`${transferId} is taken`);
    this.#transfers.set(lane, transferId, row);
    if (holdId !== undefined && row.outcome === 'posted') this.#resolved.set(lane, holdId, true);
  }

  /** An account as it stands. */
  account({ lane, accountId }: AccountRef): Account | undefined {
    return this.#accounts.get(lane, accountId)?.account;
  }

  /** Every account, with what it was opened as. */
  *accounts(): Generator<Kept> {
    for (const { value } of this.#accounts.entries()) yield value;
  }

  /** Every decided transfer, rejected ones too. */
  *transfers(): Generator<NewTransfer> {
    for (const { value } of this.#transfers.entries()) yield value;
  }

  /**
   * What is wrong with the books, recomputed from the transfers alone: a balance that its entries do
   * not give, a currency that does not sum to zero, an account below what it may be. None is right.
   */
  problems(): string[] {
    const totals = this.#recomputed();
    const sums = new Map<string, bigint>();
    const problems: string[] = [];
    for (const { account, definition } of this.accounts()) {
      const { currencyCode, debitsPosted, creditsPosted } = account;
      const sum = (sums.get(currencyCode) ?? 0n) + debitsPosted - creditsPosted;
      sums.set(currencyCode, sum);
      const given = totals.get(account.lane, account.accountId) ?? NOTHING;
      const name = `${definition.owner} ${definition.code} ${currencyCode}`;
      if (!isSame(account, given))
        problems.push(`the balance of ${name} is not that of its entries`);
      if (!account.mayGoNegative && postedMinor(account) < 0n)
        problems.push(`${name} is below zero`);
    }
    for (const [currencyCode, sum] of sums) {
      if (sum !== 0n) problems.push(`${currencyCode} sums to ${sum}`);
    }
    return problems;
  }

  #recomputed(): LaneMap<Totals> {
    const totals = new LaneMap<Totals>();
    const of = (lane: number, id: string) => totals.get(lane, id) ?? { ...NOTHING };
    for (const { transfer, effect } of this.transfers()) {
      if (effect === undefined) continue;
      const { lane, debit, credit, kind, amountMinor } = transfer;
      const posted = kind === 'post' || kind === 'capture' ? amountMinor : 0n;
      const from = of(lane, debit);
      totals.set(lane, debit, {
        ...from,
        debitsPosted: from.debitsPosted + posted,
        debitsHeld: from.debitsHeld + effect.heldMinor,
      });
      const to = of(lane, credit);
      totals.set(lane, credit, {
        ...to,
        creditsPosted: to.creditsPosted + posted,
        creditsHeld: to.creditsHeld + effect.heldMinor,
      });
    }
    return totals;
  }
}

type Totals = Pick<Account, 'debitsPosted' | 'creditsPosted' | 'debitsHeld' | 'creditsHeld'>;

const NOTHING: Totals = { debitsPosted: 0n, creditsPosted: 0n, debitsHeld: 0n, creditsHeld: 0n };

function isSame(one: Totals, other: Totals): boolean {
  return (
    one.debitsPosted === other.debitsPosted &&
    one.creditsPosted === other.creditsPosted &&
    one.debitsHeld === other.debitsHeld &&
    one.creditsHeld === other.creditsHeld
  );
}
