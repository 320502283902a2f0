import type { CoverMove } from '../cover/moves.ts';
import { given } from './batch-sql.ts';
import type { PaymentRecord } from './record.ts';
import type { Column } from './row.ts';

/** What a commit on a payment takes from a slice of cover, or gives back. */
interface MoveRow extends Pick<PaymentRecord, 'lane' | 'paymentId'> {
  move: CoverMove;
}

/** The columns of `cover_move_v1`. */
export const moveColumns: Column<MoveRow>[] = [
  { name: 'lane', type: 'smallint', of: ({ lane }) => lane },
  { name: 'payment_id', type: 'uuid', of: ({ paymentId }) => paymentId },
  { name: 'participant_kind', type: 'text', of: ({ move }) => move.side },
  { name: 'participant_id', type: 'text', of: ({ move }) => move.id },
  { name: 'currency', type: 'text', of: ({ move }) => move.currencyCode },
  { name: 'minor', type: 'bigint', of: ({ move }) => move.minor },
];

/** What commits move, as rows. */
export function moveRows({
  payment: { lane, paymentId },
  move,
}: {
  payment: PaymentRecord;
  move?: CoverMove | undefined;
}): MoveRow[] {
  return move ? [{ lane, paymentId, move }] : [];
}

const KEY = 'participant_kind, participant_id, currency';

/**
 * Locks the slices that commits move, and tells in `unfit` which commits want more than is free. A
 * batch goes by one lock and one sum, however many payments of one participant are in it. The
 * smaller amounts go first, since more of them fit.
 *
 * @param n the parameter with the rows
 */
export function checkCover(n: number): string {
  return `
  move AS (${given('cover_move_v1', moveColumns, n)}),
  slice AS (
    SELECT ${KEY}, leased_minor - returned_minor - reserved_minor + given_back_minor AS free_minor
    FROM cover_slices WHERE (${KEY}) IN (SELECT ${KEY} FROM move) ORDER BY ${KEY} FOR UPDATE
  ),
  unfit AS (
    SELECT payment_id FROM (
      SELECT payment_id, free_minor, sum(minor) OVER (
        PARTITION BY ${KEY} ORDER BY minor, payment_id ROWS UNBOUNDED PRECEDING
      ) AS wanted_minor
      FROM move LEFT JOIN slice USING (${KEY}) WHERE minor > 0
    ) AS asked
    WHERE free_minor IS NULL OR wanted_minor > free_minor
  )`;
}

/**
 * Holds for commits that are not in `unfit`. As one array it has all slices locked, in the order of
 * their key, before the first payment's row is: nobody who waits for a slice holds what others want.
 */
export const COVERED =
  "payment_id <> ALL ((SELECT coalesce(array_agg(payment_id), '{}') FROM unfit)::uuid[])";

/** Moves what the commits in `done` move. Totals are added to, so that nobody reads them before. */
export const MOVE_COVER = `
  moved AS (
    UPDATE cover_slices AS s SET
      reserved_minor = s.reserved_minor + taken.up, given_back_minor = s.given_back_minor + taken.down
    FROM (
      SELECT ${KEY}, sum(greatest(minor, 0))::bigint AS up, sum(greatest(-minor, 0))::bigint AS down
      FROM move JOIN done USING (lane, payment_id) GROUP BY ${KEY}
    ) AS taken
    WHERE (s.participant_kind, s.participant_id, s.currency)
        = (taken.participant_kind, taken.participant_id, taken.currency)
  )`;
