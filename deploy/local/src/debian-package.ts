import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from './identity.ts';

/** A program that this project uses and does not install. */
export interface DebianProgram {
  /** Debian's package, and the name of the folder in the cache that it is unpacked in. */
  package: string;
  /** Where the package has the program. */
  path: readonly string[];
  /** What to tell whoever has neither the program nor Debian's packages. */
  help: string;
}

/** The program on PATH, or the one that was unpacked before; undefined where there is none. */
export function presentProgram({ package: name, path }: DebianProgram): string | undefined {
  const program = path.at(-1) ?? name;
  const unpacked = join(cacheFolder(), name, ...path);
  return [...onPath(program), unpacked].find((file) => existsSync(file));
}

/**
 * The program on PATH, else Debian's, unpacked into the user's cache without being installed.
 * Throws with what to install where neither can be had.
 */
export function fetchedProgram(program: DebianProgram, say: (line: string) => void): string {
  const found = presentProgram(program);
  if (found) return found;
  const { package: name, path, help } = program;
  if (!onPath('apt-get').some(existsSync) || !onPath('dpkg').some(existsSync)) {
    throw new Error(help);
  }
  say(`fetching ${name} from Debian…`);
  unpack(name, help);
  return join(cacheFolder(), name, ...path);
}

function onPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  // Debian puts servers where the PATH of ordinary users does not look.
  return [...folders, '/usr/sbin', '/usr/local/sbin'].map((folder) => join(folder, name));
}

/** `apt-get download` and `dpkg -x` need no root; the work folder becomes the target when it is whole. */
function unpack(name: string, help: string): void {
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
    if (!result.ok || !deb) throw new Error(`${help}\napt-get said: ${result.said}`);
    publish(join(work, 'unpacked'), join(cacheFolder(), name));
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
