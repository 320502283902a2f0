import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The commit that is built: as told by CAUSEWAY_COMMIT, where git or its folder is not at hand. */
export function commitOf(root) {
  if (process.env.CAUSEWAY_COMMIT) return process.env.CAUSEWAY_COMMIT;
  const git = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return git.status === 0 ? git.stdout.trim() : 'unknown';
}

/** What libs/runtime finds as the release and commit of the program it is bundled into. */
export function buildDefinition(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { CAUSEWAY_BUILD: JSON.stringify({ version, commit: commitOf(root) }) };
}
