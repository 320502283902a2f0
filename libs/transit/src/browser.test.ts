import { execFile } from 'node:child_process';
import { accessSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const VECTORS = join(import.meta.dirname, '../vectors.json');
const chromium = found('chromium', 'chromium-browser', 'google-chrome');

/** The library for browsers, with what judges vectors; building fails where it imports of Node. */
async function bundled(): Promise<string> {
  const contents = `import { checkVectors, webCryptography } from './index.ts';
    globalThis.judged = (text) => checkVectors(text, webCryptography()).then(
      ({ ok, passed, failed }) => JSON.stringify({ ok, passed, failed }));`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    ...{ bundle: true, write: false, platform: 'browser', format: 'iife', minify: true },
  });
  return outputFiles[0]?.text ?? '';
}

test('everything but Node’s own parts runs where there is only the web’s', async () => {
  const source = await bundled();
  expect(source.length).toBeLessThan(64 << 10);
  const web = { crypto: globalThis.crypto, TextEncoder, TextDecoder, Uint8Array, btoa, atob };
  const context = createContext({ ...web, text: await readFile(VECTORS, 'utf8') });
  runInContext(source, context);
  expect(JSON.parse(await runInContext('judged(text)', context))).toMatchObject({
    ...{ ok: true, failed: 0 },
  });
});

test.skipIf(chromium === undefined)(
  'the vectors come out the same in Chromium',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'causeway-transit-browser-'));
    try {
      const page = join(folder, 'page.html');
      const vectors = JSON.stringify(await readFile(VECTORS, 'utf8')).replaceAll('<', '\\u003c');
      await writeFile(join(folder, 'transit.js'), await bundled());
      await writeFile(
        page,
        `<!doctype html><meta charset="utf-8"><p id="answer">none</p><script src="transit.js"></script>
       <script>judged(${vectors}).then(
         (text) => { answer.textContent = text; },
         (error) => { answer.textContent = String(error); });</script>`,
      );
      const { stdout } = await promisify(execFile)(
        chromium ?? '',
        [
          ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
          ...[`--user-data-dir=${join(folder, 'profile')}`, '--virtual-time-budget=60000'],
          ...['--dump-dom', `file://${page}`],
        ],
        { timeout: 50_000, maxBuffer: 8 << 20 },
      );
      const answer = /<p id="answer">([^<]*)</.exec(stdout)?.[1];
      expect(answer).toMatch(/^\{"ok":true,"passed":\d{3},"failed":0\}$/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  60_000,
);

/** The first of some programs that is on the path. */
function found(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => {
    try {
      accessSync(path);
      return true;
    } catch {
      return false;
    }
  });
}
