import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withClient } from '../databases.ts';
import type { Guard } from '../guard.ts';
import { type Postgres, startCluster } from '../postgres.ts';
import { pause } from '../process.ts';
import { archiveOf, own } from './archive.ts';
import { copyFolder, ownerOf } from './base-backup.ts';

/** What is recovered to when. */
export interface Recovery {
  /** The data of the cluster whose archive it is. */
  data: string;
  /** The base backup, of an earlier moment. */
  base: string;
  /** The moment: what was committed later is not there. */
  to: Date;
  /** Where the recovered cluster is made; it must not be there. */
  target: string;
  password: string;
  logFile: string;
  guard: Guard;
}

/**
 * Starts a second server on a copy of a base backup, which takes up the archived log until the moment
 * and then serves. The cluster whose backup it is is not touched, and goes on. Throws where the archive
 * does not reach that far.
 */
export async function recoverAside(recovery: Recovery): Promise<Postgres> {
  const { data, base, to, target, password, logFile, guard } = recovery;
  const runAs = ownerOf(base);
  copyFolder(base, target, runAs, false);
  const signal = join(target, 'recovery.signal');
  writeFileSync(signal, '');
  own(signal, runAs);
  const server = await startCluster({
    ...{ name: 'postgres-recovered', data: target, password, logFile, guard },
    // Nobody needs it after a power cut: it is read once.
    durable: false,
    more: [
      'archive_mode=off',
      `restore_command=cp "${archiveOf(data).wal}/%f" "%p"`,
      `recovery_target_time=${to.toISOString().replace('T', ' ').replace('Z', '+00')}`,
      'recovery_target_action=promote',
    ],
  });
  await recovered(server);
  return server;
}

/** It lets readers in before it has come to the moment. */
async function recovered({ url, process }: Postgres): Promise<void> {
  while (process.pid !== undefined) {
    const isRecovering = await withClient(url, async (client) => {
      const { rows } = await client.query<{ yes: boolean }>('SELECT pg_is_in_recovery() AS yes');
      return rows[0]?.yes ?? true;
    });
    if (!isRecovering) return;
    await pause(50);
  }
  throw new Error('the recovery ended before its moment: its log says why');
}

/**
 * Has everything up to now archived, with a commit of this moment: a recovery stops at the first
 * commit after the moment that it is told, so there has to be one.
 */
export async function archiveUpToNow(serverUrl: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    await client.query('SELECT pg_current_xact_id()');
    const { rows } = await client.query<{ segment: string }>(
      'SELECT pg_walfile_name(pg_switch_wal()) AS segment',
    );
    const segment = rows[0]?.segment ?? '';
    for (;;) {
      const archived = await client.query<{ done: boolean }>(
        "SELECT coalesce(last_archived_wal, '') >= $1 AS done FROM pg_stat_archiver",
        [segment],
      );
      if (archived.rows[0]?.done) return;
      await pause(50);
    }
  });
}
