import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The project's root, wherever the tests are started from. */
export const ROOT = join(import.meta.dirname, '..', '..');

const NOT_OURS = new Set(['node_modules', 'dist', 'gen', '.git', '.causeway', 'coverage']);

/** One file of the project, with its path from the root in forward slashes. */
export interface Source {
  path: string;
  text: string;
}

/** Every text file below a folder that we wrote. */
export function sources(folder: string, ending: RegExp): Source[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : sources(path, ending);
    if (!entry.isFile() || !ending.test(entry.name)) return [];
    const text = readFileSync(join(ROOT, path), 'utf8');
    return [{ path: relative('.', path).split(sep).join('/'), text }];
  });
}

/** `path:line: text` of each line that matches, comments left out. */
export function lines(files: readonly Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const code = line.replace(/^\s*(\*|\/\/|\/\*).*$/, '').replace(/\s\/\/ .*$/, '');
      return pattern.test(code) ? [`${path}:${index + 1}: ${line.trim()}`] : [];
    }),
  );
}
