import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunAs } from '../identity.ts';

/** Where the backups of a cluster lie: beside its data, on the same disk, as an exercise may. */
export interface Archive {
  folder: string;
  /** Segments of the write-ahead log, as Postgres archives them. */
  wal: string;
  /** Base backups, each in a folder that is named after its moment. */
  base: string;
}

export function archiveOf(data: string): Archive {
  const folder = `${data}.archive`;
  return { folder, wal: join(folder, 'wal'), base: join(folder, 'base') };
}

/** Makes the folders for the user that the server runs as. */
export function makeArchive(data: string, runAs: RunAs): Archive {
  const archive = archiveOf(data);
  for (const folder of [archive.folder, archive.wal, archive.base]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    own(folder, runAs);
  }
  return archive;
}

/** A segment is never overwritten, and has its name only once it is whole. */
export function archiveSettings({ wal }: Archive): string[] {
  const copy = `test ! -f "${wal}/%f" && cp "%p" "${wal}/%f.partial" && mv "${wal}/%f.partial" "${wal}/%f"`;
  return ['archive_mode=on', `archive_command=${copy}`];
}

/** Gives a file or folder to the user that the server runs as. */
export function own(path: string, { uid, gid }: RunAs): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}
