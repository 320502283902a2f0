import type { Queryable } from '@causeway/db';
import type { Position } from '@causeway/proto/settlement';
import type { AccountCode } from '../booking/legs.ts';
import { kindOf, type Side } from '../participants.ts';
import type { Viewer } from '../viewer.ts';
import { type PositionSum, positionSums } from './store.ts';

const BOTH_SIDES: readonly Side[] = ['acquirer', 'issuer'];

const ACCOUNTS: Record<Side, { captured: AccountCode; refunded: AccountCode }> = {
  acquirer: { captured: 'acquirer_payable', refunded: 'acquirer_refunds' },
  issuer: { captured: 'issuer_receivable', refunded: 'issuer_refunds' },
};

/**
 * Positions of one participant, or of all that the viewer may see, in the order of participant
 * and currency. A participant that asks for another's gets none.
 */
export async function listPositions(
  db: Queryable,
  viewer: Viewer,
  participantId: string,
): Promise<Position[]> {
  const own = viewer === 'operator' ? participantId : viewer.id;
  if (participantId !== '' && participantId !== own) return [];
  const positions: Position[] = [];
  for (const side of viewer === 'operator' ? BOTH_SIDES : [viewer.kind]) {
    const sums = await positionSums(db, ACCOUNTS[side], own);
    positions.push(...sums.map((sum) => toPosition(side, sum)));
  }
  return positions.sort(byParticipantAndCurrency);
}

/** The sums are debits less credits; what an acquirer is owed stands on the credit side. */
function toPosition(side: Side, sum: PositionSum): Position {
  const { owner, currencyCode, updatedAt } = sum;
  const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
  const capturedMinor = side === 'acquirer' ? -sum.capturedMinor : sum.capturedMinor;
  const refundedMinor = side === 'acquirer' ? sum.refundedMinor : -sum.refundedMinor;
  return {
    participantId: owner,
    participantKind: kindOf(side),
    captured: money(capturedMinor),
    refunded: money(refundedMinor),
    net: money(capturedMinor - refundedMinor),
    updateTime: updatedAt,
  };
}

function byParticipantAndCurrency(a: Position, b: Position): number {
  const keys = [a, b].map((one) => [one.participantId, one.captured?.currencyCode ?? ''].join(' '));
  return (keys[0] ?? '') < (keys[1] ?? '') ? -1 : 1;
}
