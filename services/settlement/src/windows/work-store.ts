import type { Database } from '@causeway/db';
import type { WindowKey } from './window.ts';

/** Takes or keeps the work on a window. Answers whether the holder has it. */
export async function claimWork(
  db: Database,
  { participant: { kind, id }, clearingDate }: WindowKey,
  holder: string,
  leaseMs: number,
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO window_work AS work
       (participant_kind, participant_id, clearing_date, holder, lease_until)
     VALUES ($1, $2, $3, $4, now() + $5::integer * interval '1 millisecond')
     ON CONFLICT (participant_kind, participant_id, clearing_date) DO UPDATE
       SET holder = excluded.holder, lease_until = excluded.lease_until
       WHERE work.holder = excluded.holder OR work.lease_until < now()
     RETURNING 1`,
    [kind, id, clearingDate, holder, leaseMs],
  );
  return rows.length > 0;
}

/** Gives the work up. */
export async function releaseWork(
  db: Database,
  { participant: { kind, id }, clearingDate }: WindowKey,
  holder: string,
): Promise<void> {
  await db.query(
    `DELETE FROM window_work
      WHERE participant_kind = $1 AND participant_id = $2 AND clearing_date = $3 AND holder = $4`,
    [kind, id, clearingDate, holder],
  );
}
