import type { Queryable } from '@causeway/db';
import type { Cover } from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import { isSameParticipant, toParticipant } from '../participants.ts';
import type { Viewer } from '../viewer.ts';
import type { CoverKey, CoverPosition } from './position.ts';
import { coverPosition, coverPositions } from './store.ts';

/** Cover of one participant, or of all that the viewer may see. */
export async function listCover(
  db: Queryable,
  viewer: Viewer,
  participantId: string,
): Promise<Cover[]> {
  const positions = await coverPositions(db);
  return positions
    .filter(({ participant }) => participantId === '' || participant.id === participantId)
    .filter((position) => isVisible(viewer, position))
    .map(toCover);
}

/** Refuses COVER_UNKNOWN; another's cover does not exist for a participant. */
export async function getCover(
  db: Queryable,
  viewer: Viewer,
  key: CoverKey | undefined,
): Promise<Cover> {
  const position = key && isVisible(viewer, key) ? await coverPosition(db, key) : undefined;
  if (!position) throw coverUnknown();
  return toCover(position);
}

/** Nobody has set a cap there or paid anything in. */
export function coverUnknown(): Refusal {
  return new Refusal('COVER_UNKNOWN', 'this participant has no cap and no prefunding there');
}

function isVisible(viewer: Viewer, { participant }: CoverKey): boolean {
  return viewer === 'operator' || isSameParticipant(viewer, participant);
}

/** As it is answered. */
export function toCover(position: CoverPosition): Cover {
  const { participant, currencyCode, capMinor, leasedMinor, reservedMinor } = position;
  const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
  return {
    participant: toParticipant(participant),
    limited: capMinor !== undefined,
    cap: money(capMinor ?? 0n),
    prefunded: money(position.prefundedMinor),
    used: money(position.usedMinor),
    leased: money(leasedMinor),
    // Facts may be booked before routing's next report.
    reserved: money(clamped(reservedMinor, leasedMinor)),
    available: money(position.availableMinor),
    reportTime: position.reportedAt,
  };
}

function clamped(amountMinor: bigint, mostMinor: bigint): bigint {
  if (amountMinor < 0n || mostMinor < 0n) return 0n;
  return amountMinor > mostMinor ? mostMinor : amountMinor;
}
