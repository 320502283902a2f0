import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';

const SRC = join(import.meta.dirname, '..');

/** Every file of the service that is no test, by its path. */
function files(): Map<string, string> {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  const ours = paths.filter((path) => /\.ts$/.test(path) && !/\.(test|fixture)\.ts$/.test(path));
  return new Map(ours.map((path) => [path, readFileSync(join(SRC, path), 'utf8')]));
}

/** Where a handler is made: it has that type, or a function answers one. */
const HANDLER = /: CommandHandler(<[^\n]*>)? (=|\{)|satisfies CommandHandler/;
const KIND = /\b(?:kind: |stepCommand\()'([a-z_]+\.[a-z_]+)'/g;

test('every kind of command that the service has is applied when books are made again', () => {
  const makers = [...files()].filter(([path, text]) => {
    return HANDLER.test(text) && !/^(commands|rebuild)\//.test(path);
  });
  const kinds = makers.map(([path, text]) => ({
    path,
    kinds: [...text.matchAll(KIND)].map(([, kind]) => kind),
  }));
  // A handler names its kind as `kind: 'noun.verb'`, where this test finds it.
  expect(kinds.filter((maker) => maker.kinds.length === 0)).toEqual([]);
  expect(makers.filter(([, text]) => /kind: `/.test(text)).map(([path]) => path)).toEqual([]);
  const made = kinds.flatMap((maker) => maker.kinds).sort();
  expect(made.length).toBeGreaterThan(8);
  expect(HANDLERS.map(({ kind }) => kind).sort()).toEqual(made);
});
