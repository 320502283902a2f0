import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { presentProgram } from '../debian-package.ts';

const TIMEOUT_MS = 60_000;

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'].map((name) => ({
  ...{ package: name, path: ['usr', 'bin', name] },
  help: 'Pictures are taken by chromium (Debian: apt install chromium).',
}));

/**
 * Makes a PNG of an SVG with a browser that is on PATH. Answers whether there was one; throws where
 * it failed.
 */
export function takePicture(svg: string, file: string): boolean {
  const browser = BROWSERS.map(presentProgram).find((path) => path !== undefined);
  if (browser === undefined) return false;
  const [, width = '1600', height = '1000'] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'causeway-picture-'));
  try {
    const page = join(folder, 'page.html');
    writeFileSync(page, `<!doctype html><style>body{margin:0}svg{display:block}</style>${svg}`);
    const { status, stderr, error } = spawnSync(
      browser,
      [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
        `--user-data-dir=${join(folder, 'profile')}`,
        `--window-size=${width},${height}`,
        `--screenshot=${resolve(file)}`,
        `file://${page}`,
      ],
      { encoding: 'utf8', timeout: TIMEOUT_MS },
    );
    if (status !== 0) throw new Error(`${browser} took no picture: ${error?.message ?? stderr}`);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
