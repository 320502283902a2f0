import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { withClient } from '../databases.ts';
import type { RunAs } from '../identity.ts';
import { archiveOf, own } from './archive.ts';

/** What a cluster makes anew when it starts, or what a backup must not have. */
const LEFT_OUT: ReadonlySet<string> = new Set(['postmaster.pid', 'postmaster.opts']);
/** Folders whose content is left out, and which have to be there all the same. */
const EMPTIED: ReadonlySet<string> = new Set([
  ...['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots'],
  ...['pg_stat_tmp', 'pg_subtrans'],
]);

/**
 * Copies the data of a running server while it works, by Postgres' own low-level interface: what
 * changes under the copy is put right by the write-ahead log, which has to be archived. Answers the
 * folder of the backup, named after the moment from which on it is of use, which is there only once it
 * is whole and every segment that it needs is archived.
 *
 * @param serverUrl its maintenance database, with a role that may make backups
 */
export async function takeBaseBackup(serverUrl: string): Promise<string> {
  return withClient(serverUrl, async (client) => {
    const data = await setting(client, 'data_directory');
    if ((await setting(client, 'archive_mode')) !== 'on') {
      throw new Error('this Postgres archives nothing: start the stack with --archive');
    }
    const runAs = ownerOf(data);
    const { base } = archiveOf(data);
    const partial = join(base, 'partial');
    rmSync(partial, { recursive: true, force: true });
    // One session does both: the backup ends with it.
    await client.query("SELECT pg_backup_start('causeway', fast => true)");
    copyFolder(data, partial, runAs, true);
    const { rows } = await client.query<{ labelfile: string; ended: Date }>(
      'SELECT labelfile, clock_timestamp() AS ended FROM pg_backup_stop(wait_for_archive => true)',
    );
    const target = join(base, labelAt(rows[0]?.ended ?? new Date(0)));
    const labelFile = join(partial, 'backup_label');
    writeFileSync(labelFile, rows[0]?.labelfile ?? '');
    own(labelFile, runAs);
    renameSync(partial, target);
    return target;
  });
}

/** The name of a base backup that ended at this moment. */
export function labelAt(moment: Date): string {
  return moment.toISOString().replaceAll(':', '-');
}

/** The moment of a base backup; undefined for what is none, or not whole. */
export function momentOf(label: string): Date | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}T)(\d{2})-(\d{2})-(\d{2}\.\d{3}Z)$/.exec(label);
  return match ? new Date(`${match[1]}${match[2]}:${match[3]}:${match[4]}`) : undefined;
}

/** Copies a cluster's folder for the server's user. What goes away meanwhile is not needed. */
export function copyFolder(from: string, to: string, runAs: RunAs, isCluster: boolean): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  own(to, runAs);
  for (const name of namesIn(from)) {
    if (LEFT_OUT.has(name) || name.startsWith('pgsql_tmp')) continue;
    const [source, target] = [join(from, name), join(to, name)];
    try {
      if (lstatSync(source).isDirectory()) {
        if (isCluster && EMPTIED.has(name)) emptyFolder(target, name, runAs);
        else copyFolder(source, target, runAs, false);
      } else {
        cpSync(source, target, { verbatimSymlinks: true });
        own(target, runAs);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

function emptyFolder(path: string, name: string, runAs: RunAs): void {
  const inside = name === 'pg_wal' ? [path, join(path, 'archive_status')] : [path];
  for (const folder of inside) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    own(folder, runAs);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The user whose data this is, where this process may give files to others. */
export function ownerOf(path: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  const { uid, gid } = lstatSync(path);
  return { uid, gid };
}

async function setting(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [
    name,
  ]);
  return rows[0]?.value ?? '';
}
