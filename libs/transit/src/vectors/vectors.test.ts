import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { webCryptography } from '../crypto/web.ts';
import { nodeCryptography } from '../node/cryptography.ts';
import { OUTCOMES } from '../tap/outcome.ts';
import { checkVectors } from './check.ts';
import { VectorError } from './file.ts';
import { makeVectors } from './make.fixture.ts';

const text = await readFile(join(import.meta.dirname, '../../vectors.json'), 'utf8');
interface Case {
  [name: string]: unknown;
  gate_state: Record<string, unknown>;
}
const changed = (change: (file: { version: number; keys: unknown; cases: Case[] }) => void) => {
  const file = JSON.parse(text);
  change(file);
  return JSON.stringify(file);
};
const failures = async (document: string) => {
  const { cases } = await checkVectors(document, nodeCryptography());
  return cases.filter(({ ok }) => !ok).map(({ name, found, detail }) => [name, found, detail]);
};

test('the file is what its script makes', async () => {
  expect(await makeVectors()).toBe(text);
});

test.each([
  ['node', nodeCryptography()],
  ['web', webCryptography()],
])('every case comes out as expected (%s)', async (_, cryptography) => {
  const checked = await checkVectors(text, cryptography);
  expect(checked.cases.filter(({ ok }) => !ok)).toEqual([]);
  expect(checked).toMatchObject({ ok: true, failed: 0, passed: checked.cases.length });
  expect(new Set(checked.cases.map(({ expected }) => expected))).toEqual(new Set(OUTCOMES));
  const reasons = new Set(checked.cases.map(({ reason }) => reason));
  expect([...reasons].length).toBe(22);
});

test('names are unique, and only what cannot be read has no grant', () => {
  const { cases } = JSON.parse(text) as { cases: { name: string; grant_hex: string }[] };
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  for (const { name, grant_hex: hex } of cases) {
    expect(hex === '', name).toBe(name.includes('malformed'));
  }
});

test('whatever is wrong with a case fails that case alone', async () => {
  const first = 'ES256: a flat fare';
  const set = (values: Record<string, unknown>) =>
    changed((file) => {
      file.cases.splice(3);
      Object.assign(file.cases[0] ?? {}, values);
    });
  expect(await failures(set({ expected: 'DENIED' }))).toEqual([[first, 'OK', '']]);
  expect(await failures(set({ gate_time: '2027-12-01T00:00:00Z' }))).toMatchObject([
    [first, 'CODE_EXPIRED', ''],
  ]);
  for (const values of [
    { expected: 'MAYBE' },
    { grant_hex: 'd2' },
    { grant_hex: 'xx' },
    { gate_time: -1 },
    { gate_time: 'soon' },
    { gate_state: { scene: 'rocket' } },
    { code: 7 },
  ]) {
    expect(await failures(set(values)), JSON.stringify(values)).toEqual([
      [first, '', expect.any(String)],
    ]);
  }
  expect(await failures(changed((file) => file.cases.splice(1, 999, 7 as never)))).toHaveLength(1);
});

test('another key makes every genuine code of it wrong', async () => {
  const other = changed((file) => {
    file.keys = JSON.parse(
      JSON.stringify(file.keys).replaceAll('public_hex":"04', 'public_hex":"05'),
    );
  });
  expect((await failures(other)).length).toBeGreaterThan(20);
});

test.each([
  '',
  '7',
  '{}',
  '{"version":2,"keys":{},"cases":[]}',
  '{"version":1,"keys":{"k":{}},"cases":[]}',
])('%j is no file of vectors', async (document) => {
  await expect(checkVectors(document, nodeCryptography())).rejects.toThrow(VectorError);
});

test('a file without cases proves nothing', async () => {
  const empty = await checkVectors('{"version":1,"keys":{},"cases":[]}', nodeCryptography());
  expect(empty).toEqual({ ok: false, passed: 0, failed: 0, cases: [] });
});
