import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Guard } from '../guard.ts';
import { archiveOf } from './archive.ts';
import { momentOf } from './base-backup.ts';
import { putBack } from './put-back.ts';
import { archiveUpToNow, recoverAside } from './recover.ts';

/** What is restored, where, and to when. */
export interface Restore {
  /** A running server whose write-ahead log is archived. */
  server: { url: string; data: string };
  /** The folder with its password. */
  folder: string;
  /** The service whose database it is. */
  service: string;
  to: Date;
  logFile: string;
  guard: Guard;
}

/**
 * What has to be known in a database that was restored, before its service looks at it: routing takes
 * up what others know of the time since, and lets nobody pay anew until an operator has looked.
 */
const AFTERWARDS: Readonly<Record<string, (to: Date) => string[]>> = {
  routing: (to) => [
    `INSERT INTO restorations (note) VALUES ('to ${to.toISOString()}')`,
    `INSERT INTO stops (subject_kind, subject_id, reason, operator_id, created_at)
     VALUES (6, 'restore', 'the database was restored to ${to.toISOString()}', 'restore', now())
     ON CONFLICT DO NOTHING`,
  ],
};

/**
 * Restores the database of one service to an earlier moment, while those of the others stay as they
 * are. Its service must not run. Answers the base backup that it was made from.
 */
export async function restoreDatabase(restore: Restore): Promise<string> {
  const { server, folder, service, to, logFile, guard } = restore;
  const base = baseBefore(server.data, to);
  await archiveUpToNow(server.url);
  const target = `${server.data}.recovered`;
  rmSync(target, { recursive: true, force: true });
  const password = readFileSync(join(folder, 'password'), 'utf8');
  const recovered = await recoverAside({
    ...{ data: server.data, base, to, target, password, logFile, guard },
  });
  try {
    await putBack({
      ...{ recoveredUrl: recovered.url, serverUrl: server.url },
      database: `causeway_${service.replaceAll('-', '_')}`,
      afterwards: AFTERWARDS[service]?.(to) ?? [],
    });
  } finally {
    await recovered.process.stop();
    rmSync(target, { recursive: true, force: true });
  }
  return base;
}

/** The latest base backup that ended before the moment. Throws where there is none. */
function baseBefore(data: string, to: Date): string {
  const { base } = archiveOf(data);
  const names = existsSync(base) ? readdirSync(base) : [];
  const found = names.filter((name) => (momentOf(name)?.getTime() ?? Infinity) <= to.getTime());
  const latest = found.sort().at(-1);
  if (latest === undefined) {
    throw new Error(
      `there is no base backup of before ${to.toISOString()}: npm run backup -- base`,
    );
  }
  return join(base, latest);
}
