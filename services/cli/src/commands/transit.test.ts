import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Cli } from '../cli.ts';
import { UsageError } from '../input/usage.ts';
import { decodeTransit, verifyVectors } from './transit.ts';
import { transitCode, transitGrant } from './transit-phone.ts';

const folder = mkdtempSync(join(tmpdir(), 'causeway-transit-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const cli = new Cli({});
const VECTORS = join(import.meta.dirname, '../../../../libs/transit/vectors.json');
const choice = { single: '3000', total: '10000', currency: 'HKD', codes: '2', hours: '1' };

test('the vectors pass, and one that is otherwise fails', async () => {
  const answer = await verifyVectors(cli, { vectors: VECTORS });
  expect(answer).toMatchObject({ failed: false, data: { ok: true, failed: 0, failures: [] } });
  const few = JSON.parse(readFileSync(VECTORS, 'utf8'));
  few.cases.splice(2);
  few.cases[1].expected = 'DENIED';
  writeFileSync(at('few.json'), JSON.stringify(few));
  expect(await verifyVectors(cli, { vectors: at('few.json') })).toMatchObject({
    failed: true,
    data: { ok: false, passed: 1, failed: 1, failures: [{ expected: 'DENIED', found: 'OK' }] },
  });
  writeFileSync(at('none.json'), '{}');
  for (const name of ['none.json', 'missing.json']) {
    await expect(verifyVectors(cli, { vectors: at(name) })).rejects.toThrow(UsageError);
  }
});

test.each(['ES256', 'EdDSA'] as const)(
  'a grant and its codes can be played with (%s)',
  async (alg) => {
    const out = at(`${alg}.json`);
    expect(await transitGrant(cli, { ...choice, out, alg })).toMatchObject({ data: { alg } });
    const code = await transitCode(cli, { phone: out, scene: 'bus' });
    expect(code).toMatchObject({ data: { ok: true, counter: 1 } });
    expect(await decodeTransit(cli, code.text)).toMatchObject({
      data: { ok: true, issuer: 'play', counter: 1, scene: 'bus', caps: 'HKD 3000 of 10000' },
    });
    await transitCode(cli, { phone: out });
    expect(await transitCode(cli, { phone: out })).toMatchObject({
      ...{ failed: true, data: { ok: false, reason: 'CODES_USED_UP' } },
    });
  },
);

test('what is none of these is said to be none', async () => {
  expect(await decodeTransit(cli, 'CT1:')).toMatchObject({ failed: true, data: { ok: false } });
  await expect(transitCode(cli, { phone: VECTORS })).rejects.toThrow(UsageError);
  const wrong = { ...choice, out: at('wrong.json'), alg: 'EdDSA', single: '1.5' } as const;
  await expect(transitGrant(cli, wrong)).rejects.toThrow(UsageError);
});
