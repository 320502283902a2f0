import { spawnSync } from 'node:child_process';

/** Builds the programs as they are in the sources now, also where vitest was called by itself. */
export default function build(): void {
  const built = spawnSync(process.execPath, ['deploy/bootstrap.mjs', 'build'], {
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) throw new Error('the build failed; its message stands above');
}
