import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@causeway/testing';
import { afterAll, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import bundled from '../../reference/eurofxref-2026-04-13.csv';
import { fixture, SOUND_PRICES } from '../fx.fixture.ts';
import { Reference } from '../reference/reference.ts';
import { MAX_FILE_BYTES } from './ecb-file.ts';
import { EcbSource } from './ecb-source.ts';
import { savePrices } from './store.ts';
import { PriceSync } from './sync-prices.ts';

const { db } = await testDatabase(migrations);
const folder = await mkdtemp(join(tmpdir(), 'causeway-fx-'));
afterAll(() => rm(folder, { recursive: true }));

const PROVIDERS = ['lp', 'other'];

test('a restart within the freshness goes on with the last accepted prices', async () => {
  const before = fixture();
  const sync = new PriceSync(db, before.desk, PROVIDERS);
  sync.note(before.publish('lp', ...SOUND_PRICES).accepted);
  sync.note(before.publish('lp', 'HKD/JPY 20.41 20.42').accepted);
  sync.note(before.publish('stranger', 'HKD/JPY 20.45 20.45').accepted);
  await sync.sync();

  const after = fixture();
  await after.runtime.advance(19_000);
  await new PriceSync(db, after.desk, PROVIDERS).sync();
  const mid = after.market.midOf('HKD-JPY', after.runtime.clock.nowMs());
  expect(mid).toMatchObject({ text: '20.415', sources: ['lp'] });
  expect(mid?.freshUntilMs).toBe(before.runtime.clock.nowMs() + 20_000);

  const tooLate = fixture();
  await tooLate.runtime.advance(20_000);
  await new PriceSync(db, tooLate.desk, PROVIDERS).sync();
  expect(tooLate.market.midOf('HKD-JPY', tooLate.runtime.clock.nowMs())).toBeUndefined();
});

test('a replica learns what another accepted, and an older price overwrites no newer one', async () => {
  const [one, other] = [fixture(), fixture()];
  const older = one.publish('other', 'HKD/THB 4.10 4.12').accepted;
  await Promise.all([one.runtime.advance(1_000), other.runtime.advance(1_000)]);
  const newer = one.publish('other', 'HKD/THB 4.12 4.14').accepted;
  await savePrices(db, newer);
  await savePrices(db, older);
  await new PriceSync(db, other.desk, PROVIDERS).sync();
  const bid = other.book.of('other', 'HKD', 'THB')?.observedAtMs;
  expect(bid).toBe(one.runtime.clock.nowMs());
  // What was tampered with, or is off by now, is judged like any other price.
  await db.query("UPDATE source_prices SET bid = 1, ask = 2 WHERE source_id = 'other'");
  const third = fixture();
  await new PriceSync(db, third.desk, PROVIDERS).sync();
  expect(third.book.of('other', 'HKD', 'THB')).toBeUndefined();
});

function ecb(address: string) {
  const world = fixture();
  const reference = new Reference(6);
  const { runtime, book, market } = world;
  const targets = { runtime, reference, book, market, pegs: [] };
  const guard = { pegged: new Set(['MOP', 'BHD']), maxStepBps: 1_500 };
  return { runtime, reference, source: new EcbSource({ db, targets, guard, address }) };
}

const nextDay = bundled.replace('13 April', '14 April').replace('186.75', '187.75');

test('the ECB file is followed; a bad one changes nothing, and a restart needs none', async () => {
  const path = join(folder, 'eurofxref.csv');
  await writeFile(path, bundled);
  const { runtime, reference, source } = ecb(path);
  const cancel = await source.start(60_000);
  const jpy = () => reference.lastRate('EUR-JPY');
  expect(jpy()).toMatchObject({ text: '186.75', source: 'ECB 2026-04-13' });
  for (const bad of ['', '<html/>', nextDay.replace('187.75', '387.75'), '9'.repeat(600_000)]) {
    await writeFile(path, bad);
    await source.poll();
    expect(jpy()?.text).toBe('186.75');
  }
  await rm(path);
  await source.poll();
  expect(runtime.logged.filter(({ level }) => level === 'error')).toHaveLength(5);
  await writeFile(path, nextDay);
  await source.poll();
  expect(jpy()).toMatchObject({ text: '187.75', source: 'ECB 2026-04-14' });
  cancel();

  const restarted = ecb(join(folder, 'gone'));
  (await restarted.source.start(60_000))();
  expect(restarted.reference.lastRate('EUR-JPY')?.text).toBe('187.75');
  // These rates are of April and the clock stands in November: judged by, but not disclosed.
  const nowMs = restarted.runtime.clock.nowMs();
  expect(restarted.reference.freshRate('EUR-JPY', nowMs)).toBeUndefined();
});

test('the file may come from a server, whatever it does', async () => {
  const answers: Record<string, [number, string]> = {
    '/good': [200, nextDay.replace('14 April', '15 April')],
    '/missing': [404, 'not here'],
    '/huge': [200, ' '.repeat(MAX_FILE_BYTES + 1)],
  };
  const server = createServer((request, response) => {
    const [status, body] = answers[request.url ?? ''] ?? [500, ''];
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['/missing', '/huge', '/']) {
    const { source, reference, runtime } = ecb(base + path);
    (await source.start(60_000))();
    expect(reference.lastRate('EUR-JPY')?.source).toBe('ECB 2026-04-14');
    expect(runtime.logged.some(({ level }) => level === 'error')).toBe(true);
  }
  const { source, reference } = ecb(`${base}/good`);
  (await source.start(60_000))();
  expect(reference.lastRate('EUR-JPY')?.source).toBe('ECB 2026-04-15');
  server.closeAllConnections();
  server.close();
});
