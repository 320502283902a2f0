import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from './identity.ts';

const HELP =
  'NATS is needed, and none of these worked: NATS_URL, nats-server on PATH, the Debian package.\n' +
  'Install nats-server 2.9 or later (macOS: brew install nats-server; Debian, Ubuntu: ' +
  'apt install nats-server),\nor start one with JetStream yourself (nats-server -js) and name it: ' +
  'NATS_URL=nats://127.0.0.1:4222';

/**
 * A nats-server program: the one on PATH, else Debian's, unpacked into the user's cache without
 * being installed. Throws with what to install where neither can be had.
 */
export function natsBinary(say: (line: string) => void): string {
  const unpacked = join(cacheFolder(), 'nats-server');
  const present = [...onPath('nats-server'), join(unpacked, 'usr', 'sbin', 'nats-server')];
  const found = present.find((path) => existsSync(path));
  if (found) return found;
  if (!onPath('apt-get').some(existsSync) || !onPath('dpkg').some(existsSync))
    throw new Error(HELP);
  say('fetching nats-server from Debian…');
  unpackDebianPackage('nats-server', unpacked);
  return join(unpacked, 'usr', 'sbin', 'nats-server');
}

function onPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  // Debian puts servers where the PATH of ordinary users does not look.
  return [...folders, '/usr/sbin', '/usr/local/sbin'].map((folder) => join(folder, name));
}

/** `apt-get download` and `dpkg -x` need no root; the work folder becomes `target` when it is whole. */
function unpackDebianPackage(name: string, target: string): void {
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'partial-'));
  try {
    const download = ['download', name];
    let result = run('apt-get', download, work);
    if (!result.ok) {
      // The machine's package lists are empty or out of date, and only root may renew them.
      const own = ownLists(work);
      result = run('apt-get', [...own, 'update'], work);
      if (result.ok) result = run('apt-get', [...own, ...download], work);
    }
    const deb = readdirSync(work).find((file) => file.endsWith('.deb'));
    if (result.ok && deb) result = run('dpkg', ['-x', deb, 'unpacked'], work);
    if (!result.ok || !deb) throw new Error(`${HELP}\napt-get said: ${result.said}`);
    publish(join(work, 'unpacked'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function ownLists(work: string): string[] {
  const lists = join(work, 'lists');
  const cache = join(work, 'cache');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
}

function run(command: string, args: string[], cwd: string): { ok: boolean; said: string } {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { ok: status === 0, said: (error?.message ?? stderr).trim() };
}

/** Two starts may fetch at once; whoever is second finds it there, which is as good. */
function publish(folder: string, target: string): void {
  try {
    renameSync(folder, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}
