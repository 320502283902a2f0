// Stryker is installed when it is first asked for, by a lockfile of its own: it brings more packages
// than all other tools together, and nobody who runs or tests the product needs them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The program of Stryker. It lies below the checkout's own node_modules, so that it finds the
 * project's vitest and no other. Throws where npm cannot install it.
 */
export async function stryker(root) {
  const source = join(root, 'test', 'mutation', 'tools');
  const lock = readFileSync(join(source, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const folder = join(root, 'dist', 'mutation', `tools-${hash}`);
  if (!existsSync(folder)) await install(source, folder);
  return join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
}

/** Installs beside the folder and moves it there when it is whole. */
async function install(source, folder) {
  process.stderr.write('mutate: installing Stryker, once…\n');
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    cpSync(join(source, file), join(partial, file));
  }
  // Its peer vitest is the project's.
  const args = ['ci', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = spawn('npm', [...args, '--loglevel=error'], {
    ...{ cwd: partial, stdio: ['ignore', 'ignore', 'inherit'] },
  });
  const code = await new Promise((resolve) =>
    npm.on('error', () => resolve(127)).on('close', resolve),
  );
  if (code === 0 && !existsSync(folder)) renameSync(partial, folder);
  rmSync(partial, { recursive: true, force: true });
  if (code !== 0) throw new Error(`npm ended with ${code}, and Stryker is not installed`);
}
