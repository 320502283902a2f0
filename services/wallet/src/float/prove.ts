import type { Tx } from '@causeway/db';
import { failpoint, Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { floatProofs } from '../metrics.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import { type FloatStatement, takeStatement } from './statement.ts';
import { insertProof, lockProofs, proofOfRequest, selectDay } from './store.ts';

/** Something that is in the books and not yet in the bank's, or the other way round. */
export interface InTransit {
  reason: string;
  /** Above zero where the bank has more. Not zero. */
  amountMinor: bigint;
}

/** What is to be proved. */
export interface ProofRequest {
  /** The caller's key. */
  requestId: string;
  /** YYYY-MM-DD; undefined for now. */
  floatDate: string | undefined;
  /** What the bank says, in minor units, not below zero. */
  trustMinor: bigint;
  trustReference: string;
  inTransit: readonly InTransit[];
  proverId: string;
}

/** One proof of one day. */
export interface FloatProof extends Omit<ProofRequest, 'floatDate'> {
  statement: FloatStatement;
  /** 1 for the day's first proof, and so on. */
  version: number;
  /** The bank's balance less the books' and what is in transit: zero, or something is wrong. */
  differenceMinor: bigint;
  provedAt: Date;
}

/**
 * Records what the bank says beside what the books say. A difference is recorded too: it is what
 * the proof is for. The same request records once. Throws a Refusal DAY_NOT_STATED,
 * REQUEST_ID_REUSED.
 */
export async function proveFloat(
  office: WalletOffice,
  request: ProofRequest,
): Promise<{ proof: FloatProof; replay: boolean }> {
  // Taken before the lock, since reading a large ledger takes a while.
  const now = await takeStatement(office.db, office.rules);
  const done = await office.db.transaction(async (tx) => {
    await lockProofs(tx);
    const earlier = await proofOfRequest(tx, request.requestId);
    if (earlier) return { proof: assertSame(earlier, request), replay: true };
    const statement = await stated(tx, now, request.floatDate);
    const differenceMinor = differenceOf(statement, request);
    const proof = await insertProof(tx, { ...request, statement, differenceMinor });
    await failpoint('wallet.float.proof.before_commit');
    return { proof, replay: false };
  });
  if (!done.replay) floatProofs.add(1, { proven: done.proof.differenceMinor === 0n });
  return done;
}

/** What the bank has beyond the books and what is on its way, in minor units. */
export function differenceOf(
  { floatMinor }: Pick<FloatStatement, 'floatMinor'>,
  { trustMinor, inTransit }: Pick<ProofRequest, 'trustMinor' | 'inTransit'>,
): bigint {
  return inTransit.reduce((left, { amountMinor }) => left - amountMinor, trustMinor - floatMinor);
}

async function stated(
  tx: Tx,
  now: FloatStatement,
  floatDate: string | undefined,
): Promise<FloatStatement> {
  if (floatDate === undefined || floatDate === now.floatDate) return now;
  const day = await selectDay(tx, floatDate);
  if (day) return day;
  throw new Refusal<Reason>('DAY_NOT_STATED', `no statement was taken of ${floatDate}`);
}

function assertSame(earlier: FloatProof, request: ProofRequest): FloatProof {
  const said = ({ trustMinor, trustReference, inTransit }: FloatProof | ProofRequest) => {
    const items = inTransit.map(({ reason, amountMinor }) => [reason, String(amountMinor)]);
    return JSON.stringify([String(trustMinor), trustReference, items]);
  };
  const { floatDate = earlier.statement.floatDate } = request;
  if (floatDate === earlier.statement.floatDate && said(earlier) === said(request)) return earlier;
  throw new Refusal<Reason>('REQUEST_ID_REUSED', 'this request proved something else');
}
