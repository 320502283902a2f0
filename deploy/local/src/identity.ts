import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The user a child process runs as; empty where it is simply the one running this. */
export interface RunAs {
  uid?: number;
  gid?: number;
}

/**
 * Postgres refuses to run as root, and initdb wants a user that /etc/passwd knows. So root runs
 * it as `postgres` where a package made that user, else as `nobody`; anybody else as themselves.
 */
export function postgresUser(passwd = '/etc/passwd'): RunAs {
  if (process.getuid?.() !== 0) return {};
  const users = parsePasswd(readFileSync(passwd, 'utf8'));
  const user = users.get('postgres') ?? users.get('nobody');
  if (!user)
    throw new Error('Postgres cannot run as root, and there is no user postgres or nobody');
  return user;
}

export function parsePasswd(text: string): Map<string, RunAs> {
  const users = new Map<string, RunAs>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) users.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return users;
}

/** Whether that user may pass through every folder on the way to `path`. */
export function canReach(path: string, { uid, gid }: RunAs): boolean {
  if (uid === undefined) return true;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const stat = statSync(folder);
    const mayEnter = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
    if ((stat.mode & mayEnter) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** A folder for downloads and copies that any stack of this user may share. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(base, 'causeway');
}

/**
 * A folder that lasts and that every user can pass through, for what must lie outside a closed
 * home. Anybody may write to /var/tmp, so a folder that somebody else put there is refused.
 */
export function reachableFolder(): string {
  const folder = join('/var/tmp', `causeway-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  if (statSync(folder).uid !== userInfo().uid) {
    throw new Error(`${folder} belongs to somebody else; remove it or move the checkout`);
  }
  return folder;
}
