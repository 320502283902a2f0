import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What two versions of a service must agree on: what they say to others, and what their tables are. */
const AGREED = ['proto', 'services/*/migrations'];
const WORKSPACES = ['libs', 'services', 'deploy'];
const BUILD_MS = 300_000;

/** Programs of an earlier version, as they were at one commit. */
export interface PreviousVersion {
  commit: string;
  /** The file of a program, such as `routing`. */
  programFile(program: string): string;
}

/**
 * Builds the version before the last one that changed the wire or the tables, from the history of this
 * checkout, into a folder where a later run finds it. Answers undefined where there is no history.
 */
export function previousVersion(folder: string): PreviousVersion | undefined {
  const commit = commitBefore();
  if (commit === undefined) return undefined;
  const tree = join(folder, commit);
  const programFile = (program: string) => join(tree, 'dist', `${program}.js`);
  if (!existsSync(programFile('routing'))) build(tree, commit);
  return { commit, programFile };
}

/** Whether that was built before, so that it costs nothing. */
export function isBuilt(folder: string): boolean {
  const commit = commitBefore();
  return commit !== undefined && existsSync(join(folder, commit, 'dist', 'routing.js'));
}

function commitBefore(): string | undefined {
  const changed = git('log', '-1', '--format=%H', 'HEAD', '--', ...AGREED);
  return changed && git('rev-parse', '--verify', '--quiet', `${changed}^`);
}

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}

function build(tree: string, commit: string): void {
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  const archive = execFileSync('git', ['archive', '--format=tar', commit], { maxBuffer: 1 << 28 });
  execFileSync('tar', ['-x', '-C', tree], { input: archive });
  linkPackages(tree);
  const script = `
    const { generate } = await import('./deploy/bootstrap/generate.mjs');
    const { bundle } = await import('./deploy/bootstrap/bundle.mjs');
    const say = () => {};
    await generate(process.cwd(), say);
    await bundle(process.cwd(), say);`;
  const args = ['--input-type=module', '-e', script];
  execFileSync(process.execPath, args, { cwd: tree, timeout: BUILD_MS, stdio: 'pipe' });
}

/** Others' packages are those of this checkout; our own are those of that time. */
function linkPackages(tree: string): void {
  const here = resolve('node_modules');
  const there = join(tree, 'node_modules');
  mkdirSync(join(there, '@causeway'), { recursive: true });
  for (const name of readdirSync(here).filter((each) => each !== '@causeway')) {
    symlinkSync(join(here, name), join(there, name));
  }
  for (const folder of WORKSPACES.flatMap((each) => foldersIn(join(tree, each)))) {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    symlinkSync(folder, join(there, name));
  }
}

function foldersIn(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .map((name) => join(folder, name))
    .filter((each) => existsSync(join(each, 'package.json')));
}
