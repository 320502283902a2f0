import type { AccountDefinition } from '../account.ts';
import type { Outcome, Transfer, TransferResult } from '../transfer.ts';

/** One account of the model: every movement as a line, no totals kept. */
interface ModelAccount {
  definition: AccountDefinition;
  lines: { side: 'debit' | 'credit'; posted: bigint; held: bigint }[];
}

interface ModelRecord {
  content: string;
  transfer: Transfer;
  outcome: Outcome;
}

/**
 * The ledger as one would explain it on paper: one transfer at a time, balances as sums over all
 * lines, chains by trying on a copy. It shares no code with the real one, so that both do not
 * make the same mistake.
 */
export class Model {
  accounts = new Map<string, ModelAccount>();
  records = new Map<string, ModelRecord>();

  constructor(definitions: readonly AccountDefinition[]) {
    for (const definition of definitions) {
      this.accounts.set(`${definition.lane} ${definition.accountId}`, { definition, lines: [] });
    }
  }

  apply(batch: readonly Transfer[]): TransferResult[] {
    const results: TransferResult[] = [];
    for (let start = 0; start < batch.length; ) {
      let end = start;
      while (batch[end]?.linkedWithNext) end += 1;
      results.push(...this.#chain(batch.slice(start, end + 1)));
      start = end + 1;
    }
    return results;
  }

  sum(lane: number, accountId: string, side: 'debit' | 'credit', what: 'posted' | 'held'): bigint {
    const lines = this.accounts.get(`${lane} ${accountId}`)?.lines ?? [];
    return lines.filter((line) => line.side === side).reduce((sum, line) => sum + line[what], 0n);
  }

  #chain(chain: readonly Transfer[]): TransferResult[] {
    const name = chain.length > 1 ? chain[0]?.transferId : undefined;
    const content = (t: Transfer) =>
      [
        t.kind,
        t.debit,
        t.credit,
        t.currencyCode,
        t.amountMinor,
        t.holdId,
        t.code,
        t.reference,
        name,
      ].join('|');
    const taken = (t: Transfer) => this.records.get(`${t.lane} ${t.transferId}`);
    const record = (t: Transfer, outcome: Outcome) => {
      this.records.set(`${t.lane} ${t.transferId}`, { content: content(t), transfer: t, outcome });
    };

    if (chain.every(taken)) {
      return chain.map((t) => {
        const same = taken(t)?.content === content(t);
        const outcome = (same && taken(t)?.outcome) || 'id_conflict';
        return { transferId: t.transferId, outcome, replay: same };
      });
    }
    const ids = chain.map((t) => t.transferId);
    if (chain.some(taken) || ids.some((id, index) => ids.indexOf(id) < index)) {
      return chain.map((t) => {
        if (taken(t)) return { transferId: t.transferId, outcome: 'id_conflict', replay: false };
        record(t, 'linked_failed');
        return { transferId: t.transferId, outcome: 'linked_failed', replay: false };
      });
    }

    const copy = structuredClone({ accounts: this.accounts, records: this.records });
    for (const t of chain) {
      const reason = this.#refusal(t);
      if (reason === undefined) {
        this.#post(t);
        record(t, 'posted');
        continue;
      }
      this.accounts = copy.accounts;
      this.records = copy.records;
      return chain.map((member) => {
        const outcome = member === t ? reason : 'linked_failed';
        record(member, outcome);
        return { transferId: member.transferId, outcome, replay: false };
      });
    }
    return chain.map((t) => ({ transferId: t.transferId, outcome: 'posted', replay: false }));
  }

  #refusal(t: Transfer): Outcome | undefined {
    const debit = this.accounts.get(`${t.lane} ${t.debit}`);
    const credit = this.accounts.get(`${t.lane} ${t.credit}`);
    if (!debit || !credit) return 'account_not_found';
    const currencies = new Set([t, debit.definition, credit.definition].map((x) => x.currencyCode));
    if (currencies.size > 1) return 'currency_mismatch';
    if (t.kind === 'capture' || t.kind === 'void') {
      const hold = this.records.get(`${t.lane} ${t.holdId}`);
      if (hold?.transfer.kind !== 'hold' || hold.outcome !== 'posted') return 'hold_not_found';
      const { transfer } = hold;
      if (transfer.debit !== t.debit || transfer.credit !== t.credit) return 'hold_mismatch';
      if (t.amountMinor > transfer.amountMinor) return 'hold_exceeded';
      if (t.kind === 'void' && t.amountMinor < transfer.amountMinor) return 'hold_mismatch';
      if (this.#resolution(t)) return 'hold_resolved';
      return undefined;
    }
    for (const [account, side] of [
      [debit, 'debit'],
      [credit, 'credit'],
    ] as const) {
      const { lane, accountId, mayGoNegative, normalSide } = account.definition;
      if (mayGoNegative || normalSide === side) continue;
      const other = side === 'debit' ? 'credit' : 'debit';
      const available =
        this.sum(lane, accountId, other, 'posted') -
        this.sum(lane, accountId, side, 'posted') -
        this.sum(lane, accountId, side, 'held');
      if (available < t.amountMinor) return 'insufficient_funds';
    }
    return undefined;
  }

  #resolution(t: Transfer): boolean {
    return [...this.records.values()].some(
      ({ transfer, outcome }) =>
        outcome === 'posted' && transfer.lane === t.lane && transfer.holdId === t.holdId,
    );
  }

  #post(t: Transfer): void {
    const hold = this.records.get(`${t.lane} ${t.holdId}`);
    const posted = t.kind === 'post' || t.kind === 'capture' ? t.amountMinor : 0n;
    const held = t.kind === 'hold' ? t.amountMinor : -(hold?.transfer.amountMinor ?? 0n);
    this.accounts.get(`${t.lane} ${t.debit}`)?.lines.push({ side: 'debit', posted, held });
    this.accounts.get(`${t.lane} ${t.credit}`)?.lines.push({ side: 'credit', posted, held });
  }
}
