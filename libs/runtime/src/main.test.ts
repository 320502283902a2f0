import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
let folder: string;

beforeAll(async () => {
  // Below node_modules, so that the bundle finds the packages that it imports.
  folder = await mkdtemp(join(here, '../../../node_modules/.run-main-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A service made of this text of a `start`, as a process of its own. */
async function service(start: string, env: Record<string, string> = {}, args: string[] = []) {
  const source = join(folder, `s${Math.random()}.mjs`);
  await writeFile(
    source,
    `import { runMain } from '${here}index.ts';\nrunMain('svc', ${start});\n`,
  );
  const outfile = source.replace('.mjs', '.out.mjs');
  await build({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
  });
  const child = spawn(process.execPath, [outfile, ...args], { env: { ...process.env, ...env } });
  return new Process(child);
}

class Process {
  stdout = '';
  stderr = '';
  readonly exited: Promise<number | string>;

  constructor(readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.on('data', (chunk) => {
      this.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.exited = new Promise((resolve) => {
      child.on('close', (code, signal) => resolve(code ?? signal ?? 'gone'));
    });
  }

  async ready(): Promise<unknown> {
    while (!this.stdout.includes('"ready":true')) {
      await new Promise((resolve) => this.child.stdout.once('data', resolve));
    }
    return JSON.parse(this.stdout.split('\n').find((line) => line.includes('"ready"')) ?? '');
  }
}

const keepAlive = 'setInterval(() => {}, 1000)';

describe('runMain', () => {
  it('says that it is ready, drains on SIGTERM and exits 0', async () => {
    const main = await service(
      `async () => { ${keepAlive}; return { port: 7, async drain() { process.stderr.write('drained') } } }`,
      { CAUSEWAY_INSTANCE: 'svc-1' },
    );
    expect(await main.ready()).toEqual({ ready: true, service: 'svc', instance: 'svc-1', port: 7 });
    main.child.kill('SIGTERM');
    expect(await main.exited).toBe(0);
    expect(main.stderr).toBe('drained');
  });

  it('exits 1 with one clear message when it cannot start', async () => {
    const main = await service(
      `async () => { throw new Error('no database', { cause: new Error('refused') }) }`,
    );
    expect(await main.exited).toBe(1);
    expect(main.stderr).toBe('svc did not start: no database: refused\n');
    expect(main.stdout).toBe('');
  });

  it('exits 1 when the drain takes too long', async () => {
    const main = await service(
      `async () => { ${keepAlive}; return { drain: () => new Promise(() => {}) } }`,
      { CAUSEWAY_DRAIN_TIMEOUT_MS: '20' },
    );
    await main.ready();
    main.child.kill('SIGINT');
    expect(await main.exited).toBe(1);
  });

  it('logs and exits 1 on an error that nobody awaits', async () => {
    const main = await service(
      `async () => { setTimeout(() => Promise.reject(new Error('lost')), 10); ${keepAlive}; return { async drain() {} } }`,
    );
    expect(await main.exited).toBe(1);
    expect(main.stdout).toContain('"message":"lost"');
  });

  it('does a task instead of serving, and exits by how it went', async () => {
    const tasks = `async () => { throw new Error('serves') }, {
      async migrate({ env }) { process.stdout.write('to ' + env.WHERE) },
      async fail() { throw new Error('no table') },
    }`;
    const done = await service(tasks, { WHERE: 'there' }, ['migrate']);
    expect(await done.exited).toBe(0);
    expect(done.stdout).toBe('to there');
    const failed = await service(tasks, {}, ['fail']);
    expect(await failed.exited).toBe(1);
    expect(failed.stderr).toBe('svc fail failed: no table\n');
    const misread = await service(tasks, {}, ['migrat']);
    expect(await misread.exited).toBe(2);
  });

  it('ends with its parent where it is told to', async () => {
    const main = await service(`async () => { ${keepAlive}; return { async drain() {} } }`, {
      CAUSEWAY_EXIT_WITH_PARENT: '1',
    });
    await main.ready();
    main.child.stdin.end();
    expect(await main.exited).toBe(0);
  });
});
