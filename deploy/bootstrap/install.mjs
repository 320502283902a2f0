import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOfContent, readStamp, writeStamp } from './fingerprint.mjs';

const stampPath = (root) => join(root, 'node_modules', '.causeway-installed');
const lockfileHash = (root) => hashOfContent(root, ['package-lock.json']);

export function installIsCurrent(root) {
  return readStamp(stampPath(root)) === lockfileHash(root);
}

/** Installs exactly what the lockfile names, unless somebody did so by hand already. */
export function install(root, say) {
  if (!installedByHand(root)) {
    say('installing packages (npm ci)…');
    // npm's own report goes to stderr: stdout belongs to the program that runs afterwards.
    const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    if (npm.error) throw new Error(`npm could not be run: ${npm.error.message}`);
    if (npm.status !== 0) throw new Error('npm ci failed; its message stands above');
  }
  writeStamp(stampPath(root), lockfileHash(root));
}

/** True when node_modules, by npm's own record of it, holds every package of the lockfile. */
function installedByHand(root) {
  const recordPath = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(recordPath)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(recordPath, 'utf8')).packages;
  return Object.entries(wanted)
    .filter(([path]) => path.includes('node_modules/'))
    .every(([path, entry]) => isSame(entry, present[path]));
}

function isSame(wanted, present) {
  if (!present) return wanted.optional === true || wanted.peer === true;
  return wanted.version === present.version && wanted.link === present.link;
}
