import fc from 'fast-check';
import type { AccountDefinition } from '../account.ts';
import type { Transfer, TransferKind } from '../transfer.ts';
import { house, id, wallet } from './fixtures.ts';

/** Small numbers that `materialize` turns into a transfer, so that ids and holds often meet. */
interface Seed {
  kind: TransferKind;
  lane: number;
  name: number;
  debit: number;
  credit: number;
  hold: number;
  amount: number;
  faithful: boolean;
  foreign: boolean;
  linked: boolean;
  again: boolean;
}

const rarely = fc.integer({ min: 0, max: 14 }).map((n) => n === 0);
const seed: fc.Arbitrary<Seed> = fc.record({
  kind: fc.constantFrom<TransferKind>('post', 'post', 'hold', 'hold', 'capture', 'capture', 'void'),
  lane: fc.integer({ min: 0, max: 1 }),
  name: fc.integer({ min: 0, max: 60 }),
  debit: fc.integer({ min: 0, max: 4 }),
  credit: fc.integer({ min: 1, max: 4 }),
  hold: fc.nat(),
  amount: fc.integer({ min: 1, max: 60 }),
  faithful: rarely.map((no) => !no),
  foreign: rarely,
  linked: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  again: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
});
/** Batches of what `materialize` makes transfers of. */
export const batches = fc.array(fc.array(seed, { minLength: 1, maxLength: 25 }), {
  minLength: 1,
  maxLength: 4,
});

/** Five accounts per lane: two houses, two wallets and one in another currency. */
export function definitions(run: string): AccountDefinition[] {
  return [0, 1].flatMap((lane) => [
    house(`${run} float`, { lane }),
    wallet(`${run} anna`, { lane }),
    wallet(`${run} ben`, { lane }),
    house(`${run} cash`, { lane, mayGoNegative: false }),
    wallet(`${run} yen`, { lane, currencyCode: 'JPY' }),
  ]);
}
const names = ['float', 'anna', 'ben', 'cash', 'yen', 'nobody'];

/** Builds a batch, remembering what was sent, so that it can be repeated and its holds resolved. */
export function materialize(run: string, seeds: readonly Seed[], sent: Transfer[]): Transfer[] {
  return seeds.map((s, index) => {
    const old = sent[s.hold % Math.max(1, sent.length)];
    if (s.again && old?.lane === s.lane) return { ...old, linkedWithNext: false };
    const linkedWithNext = s.linked && seeds[index + 1]?.lane === s.lane;
    const made = { ...(resolving(s, sent) ?? moving(run, s)), linkedWithNext };
    sent.push(made);
    return made;
  });

  function moving(run: string, s: Seed): Transfer {
    const account = (n: number) => id(`${run} ${names[n % names.length]}`);
    const resolves = s.kind === 'capture' || s.kind === 'void';
    return {
      lane: s.lane,
      transferId: id(`${run} ${s.name}`),
      kind: s.kind,
      debit: account(s.debit),
      credit: account(s.debit === s.credit ? s.credit + 1 : s.credit),
      currencyCode: s.foreign ? 'JPY' : 'HKD',
      amountMinor: BigInt(s.amount),
      holdId: resolves ? id(`${run} ${s.hold % 60}`) : undefined,
      code: 'test',
      reference: `${run}, "quoted"`,
    };
  }

  /** A capture or a void of a hold that was really sent, with the hold's accounts. */
  function resolving(s: Seed, sent: readonly Transfer[]): Transfer | undefined {
    if (s.kind === 'post' || s.kind === 'hold' || !s.faithful) return undefined;
    const holds = sent.filter((earlier) => earlier.kind === 'hold' && earlier.lane === s.lane);
    const hold = holds[s.hold % Math.max(1, holds.length)];
    if (hold === undefined) return undefined;
    const amountMinor = s.kind === 'void' ? hold.amountMinor : BigInt(s.amount);
    const transferId = id(`${run} ${s.name}`);
    return { ...hold, transferId, kind: s.kind, holdId: hold.transferId, amountMinor };
  }
}

/** Outcomes that a generator must reach to prove anything about them. */
export const REACHED = [
  'posted',
  'replay of posted',
  'replay of insufficient_funds',
  'account_not_found',
  'currency_mismatch',
  'insufficient_funds',
  'hold_not_found',
  'hold_mismatch',
  'hold_exceeded',
  'hold_resolved',
  'linked_failed',
  'id_conflict',
];
