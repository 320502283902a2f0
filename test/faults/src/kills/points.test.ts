import { expect, test } from 'vitest';
import { type Source, sources } from '../../../tidy/sources.ts';
import { KINDS } from '../traffic/kinds.ts';
import { POINTS } from './points.ts';

/** The step boundaries of a file; where a name holds the called method, one for each method. */
function namedIn({ text }: Source): string[] {
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  const methods = new Set(all(/#(?:ask|call)\([^)]*?'([a-z_]+)'/g));
  return [
    ...all(/ failpoint\('([^']+)'\)/g),
    ...all(/ failpoint\(`([^`]+)`\)/g).flatMap((name) =>
      [...methods].map((method) => name.replace(/\$\{method\}/, method)),
    ),
  ];
}

test('no step boundary of the code is left out, and none is made up', () => {
  const files = ['libs', 'services'].flatMap((folder) => sources(folder, /(?<!\.test)\.ts$/));
  const named = files.flatMap(namedIn);
  expect(named.length).toBeGreaterThan(80);
  const driven = new Set(POINTS.map(({ failpoint }) => failpoint));
  expect([...driven].toSorted()).toEqual(named.toSorted());
});

test('something that clients do leads to each', () => {
  expect(POINTS.filter(({ kinds }) => kinds.length === 0)).toEqual([]);
  const led = new Set(POINTS.flatMap(({ kinds }) => kinds));
  expect([...led].filter((kind) => !Object.hasOwn(KINDS, kind))).toEqual([]);
});
