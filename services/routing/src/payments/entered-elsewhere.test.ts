import { DeclineReason } from '@causeway/proto/common';
import type { Issuer, Route } from '@causeway/proto/routing';
import { expect, test } from 'vitest';
import { Directory } from '../directory/directory.ts';
import { MemoryStore } from '../testing/memory-store.fixture.ts';
import { HARBOUR, JPY_1280, routeTo, SHOP, worldOver } from '../testing/world.fixture.ts';
import { createPayment } from './create.ts';

/** A replica that has read the directory while nobody was in it, and what is stored since. */
async function replica() {
  const stored = { issuers: [] as Issuer[], routes: [] as Route[], readings: 0 };
  const world = await worldOver(new MemoryStore());
  const directory = new Directory(
    {
      issuers: async () => stored.issuers,
      routes: async () => stored.routes,
      async stops() {
        stored.readings += 1;
        return [];
      },
    },
    world.runtime,
  );
  await directory.refresh();
  const pay = async (paymentRequestId: string) => {
    const request = {
      ...{ partnerId: 'sakura', paymentRequestId, paymentCode: '852101020712345678901234' },
      ...{ payeeAmount: JPY_1280, merchantId: 'shop', storeId: '', terminalId: '' },
      ...{ orderDescription: '', merchant: SHOP, agreement: undefined },
    };
    const soon = world.runtime.clock.nowMs() + 5_000;
    const { payment } = await createPayment({ ...world, directory }, request, soon);
    return [payment.state, payment.declineReason];
  };
  return { stored, pay };
}

const PAID = ['SUCCEEDED', DeclineReason.UNSPECIFIED];

test('a route that another replica has just entered carries a payment', async () => {
  const { stored, pay } = await replica();
  stored.issuers.push(HARBOUR);
  expect(await pay('early')).toEqual(['DECLINED', DeclineReason.NO_ROUTE]);
  stored.routes.push(routeTo('sakura-jp'));
  expect(await pay('late')).toEqual(PAID);
});

test('a wallet operator that another replica has just entered can pay', async () => {
  const { stored, pay } = await replica();
  stored.routes.push(routeTo('sakura-jp'));
  expect(await pay('early')).toEqual(['DECLINED', DeclineReason.ISSUER_UNKNOWN]);
  stored.issuers.push(HARBOUR);
  expect(await pay('late')).toEqual(PAID);
});

test('many who are led nowhere share a reading, and whoever comes later has one that is younger', async () => {
  const { stored, pay } = await replica();
  stored.issuers.push(HARBOUR);
  await pay('read the operators');
  const before = stored.readings;
  const many = Array.from({ length: 100 }, (_, n) => pay(`nowhere ${n}`));
  expect(new Set((await Promise.all(many)).map(([state]) => state))).toEqual(new Set(['DECLINED']));
  expect(stored.readings - before).toBeLessThanOrEqual(3);
});
