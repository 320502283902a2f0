import { inspect } from 'node:util';
import { DeliveryState } from '@causeway/proto/acquiring';
import { PaymentState } from '@causeway/proto/common';
import { armFailpoints } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { factOf, paymentIdOf } from '../feed/facts.fixture.ts';
import { KINDS } from '../feed/project.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { listDeliveries } from './list-deliveries.ts';
import { PAUSES_MS } from './pauses.ts';
import { putWebhook } from './put-webhook.ts';
import { redeliverWebhook } from './redeliver.ts';
import { rotateWebhookSecret } from './rotate-secret.ts';
import { sweepEnded, webhooksOf } from './store.ts';
import { answering, testTarget, testWebhooks } from './webhooks.fixture.ts';

const { db } = await testDatabase(migrations);
const target = await testTarget();
const { webhooks, runtime, startCourier, tell, later, until } = testWebhooks(db);
const stop = startCourier();
afterAll(stop);
afterEach(() => armFailpoints(undefined));

/** Each test has a partner and a path of its own. */
const put = (who: string, change: object = {}) =>
  putWebhook(webhooks, who, {
    ...{ webhookId: 'main', url: target.url(`/${who}`), kinds: [], enabled: true },
    ...{ createTime: undefined, waitingCount: 0n },
    ...change,
  });
const told = (partnerId: string, name: string, version = 1n) => ({ partnerId, name, version });
const deliveries = async (who: string, change: object = {}) =>
  listDeliveries(webhooks, who, {
    ...{ webhookId: 'main', pageSize: 0, pageToken: '', onlyUndelivered: false },
    ...change,
  });
const first = async (who: string) => (await deliveries(who)).deliveries[0];
const failuresOf = async (who: string) => {
  const [hook] = await webhooksOf(db, who);
  const rows = await db.query<{ failure_count: number }>(
    'SELECT failure_count FROM webhook_deliveries WHERE lane = $1 AND hook_id = $2',
    [hook?.lane, hook?.hookId],
  );
  return rows[0]?.failure_count;
};
const isDelivered = async (who: string) =>
  expect(await first(who)).toMatchObject({ state: DeliveryState.DELIVERED });

test('a line of the feed is sent once, signed, and its secret is shown once', async () => {
  const { secret } = await put('plain');
  await tell([told('plain', 'p1')]);
  await until(() => isDelivered('plain'));
  const [message, ...others] = target.at('/plain');
  expect(others).toEqual([]);
  const { factId } = factOf(told('plain', 'p1'));
  expect(message?.id).toBe(factId);
  const body = new Verifier(secret).verify(message?.body ?? '', message?.headers ?? {});
  expect(body).toMatchObject({
    type: 'payment.succeeded',
    data: {
      payment: {
        payment_id: paymentIdOf('p1', 'plain'),
        state: 'SUCCEEDED',
        payee_amount: { currency_code: 'JPY', amount_minor: '1280' },
      },
      refund: null,
    },
  });
  expect(await first('plain')).toMatchObject({
    ...{ deliveryId: factId, attemptCount: 1, lastStatus: 200, lastError: '' },
    nextAttemptTime: undefined,
  });
  expect((await put('plain')).secret).toBe('');
  const rows = await db.query<object>('SELECT * FROM webhooks', []);
  expect(inspect(rows, { maxStringLength: null })).not.toContain(secret.slice('whsec_'.length));
});

test('what the target refuses comes again under the same id, after growing pauses', async () => {
  target.answer('/flaky', answering(500, 503, 204));
  await put('flaky');
  await tell([told('flaky', 'p1')]);
  for (const [tries, status] of [
    [1, 500],
    [2, 503],
  ] as const) {
    await until(async () =>
      expect(await first('flaky')).toMatchObject({ attemptCount: tries, lastStatus: status }),
    );
    const { nextAttemptTime, lastError } = (await first('flaky')) ?? {};
    const pause = (nextAttemptTime?.getTime() ?? 0) - runtime.clock.nowMs();
    expect(pause).toBeGreaterThan((PAUSES_MS[tries - 1] ?? 0) * 0.5);
    expect(lastError).toBe(`HTTP ${status}`);
    later(1.1 * (PAUSES_MS[tries - 1] ?? 0));
  }
  await until(() => isDelivered('flaky'));
  expect(await first('flaky')).toMatchObject({ attemptCount: 3, lastStatus: 204 });
  expect(new Set(target.at('/flaky').map(({ id }) => id)).size).toBe(1);
});

test('a target that does not answer holds up its own messages only', async () => {
  target.answer('/hanging', () => {});
  await put('hanging');
  await put('beside');
  await tell(Array.from({ length: 20 }, (_, n) => told('hanging', `h${n}`)));
  await until(() => expect(target.at('/hanging').length).toBeGreaterThan(0));
  await tell([told('beside', 'quick')]);
  await until(() => isDelivered('beside'));
  await until(async () => {
    const [oldest] = (await deliveries('hanging', { pageSize: 500 })).deliveries.slice(-1);
    expect(oldest).toMatchObject({ lastStatus: 0, lastError: 'no answer within 2 s' });
  });
  await deleteWebhook(webhooks, 'hanging', 'main');
});

test('a partner whose targets are all slow holds an eighth of the places', async () => {
  const names = ['w0', 'w1', 'w2', 'w3'];
  for (const webhookId of names) {
    const url = target.url(`/slow-${webhookId}`);
    target.answer(`/slow-${webhookId}`, () => {});
    await put('greedy', { webhookId, url });
  }
  const sent = () => names.reduce((sum, each) => sum + target.at(`/slow-${each}`).length, 0);
  await tell(Array.from({ length: 8 }, (_, n) => told('greedy', `g${n}`)));
  await until(() => expect(sent()).toBe(8));
  await put('modest');
  await tell([told('modest', 'quick')]);
  await until(() => isDelivered('modest'));
  // Four webhooks of four places each, in a courier of 64.
  expect(sent()).toBe(8);
  for (const webhookId of names) await deleteWebhook(webhooks, 'greedy', webhookId);
});

test('a redirect is followed nowhere', async () => {
  target.answer('/moved', (response) => {
    response.writeHead(307, { location: target.url('/elsewhere') }).end();
  });
  await put('moved');
  await tell([told('moved', 'p1')]);
  await until(async () => expect(await first('moved')).toMatchObject({ lastStatus: 307 }));
  expect(target.at('/elsewhere')).toEqual([]);
});

test('while a rotation lasts both secrets sign, then only the new one', async () => {
  const { secret: old } = await put('turning');
  const asked = { webhookId: 'main', overlapSeconds: 60 };
  const { secret: fresh } = await rotateWebhookSecret(webhooks, 'turning', asked);
  await tell([told('turning', 'during')]);
  // Recorded, not only sent: the clock goes on beyond the lease of what is under way.
  await until(() => isDelivered('turning'));
  const [during] = target.at('/turning');
  for (const secret of [old, fresh]) {
    new Verifier(secret).verify(during?.body ?? '', during?.headers ?? {});
  }
  await expect(rotateWebhookSecret(webhooks, 'turning', asked)).rejects.toMatchObject({
    reason: 'ROTATION_IN_PROGRESS',
  });
  later(61_000);
  await tell([told('turning', 'after')]);
  await until(() => expect(target.at('/turning')).toHaveLength(2));
  const after = target.at('/turning')[1];
  new Verifier(fresh).verify(after?.body ?? '', after?.headers ?? {});
  expect(() => new Verifier(old).verify(after?.body ?? '', after?.headers ?? {})).toThrow();
  const now = { webhookId: 'main', overlapSeconds: 0 };
  expect((await rotateWebhookSecret(webhooks, 'turning', now)).secret).not.toBe(fresh);
});

test('what happens while a webhook is disabled is sent when it is enabled', async () => {
  await put('paused', { enabled: false });
  await tell([told('paused', 'p1'), told('paused', 'p2')]);
  later(5_000);
  await tell([told('plain', 'meanwhile')]);
  await until(() => expect(target.at('/plain')).toHaveLength(2));
  expect(target.at('/paused')).toEqual([]);
  await put('paused');
  later(0);
  await until(() => expect(target.at('/paused')).toHaveLength(2));
});

test('a death between sending and recording sends twice under one id and loses nothing', async () => {
  await put('dying');
  armFailpoints('acquiring.webhook.sent=error@1');
  await tell([told('dying', 'p1')]);
  await until(() => expect(target.at('/dying')).toHaveLength(1));
  expect(await first('dying')).toMatchObject({ state: DeliveryState.WAITING, attemptCount: 1 });
  later(31_000);
  await until(() => isDelivered('dying'));
  const [one, two] = target.at('/dying');
  expect(two?.id).toBe(one?.id);
  expect(two?.body).toBe(one?.body);
});

test('a death after the deliveries were made, before any was claimed, loses none', async () => {
  await put('planned');
  armFailpoints('acquiring.webhook.planned=error@1');
  await tell([told('planned', 'p1'), told('planned', 'p2')]);
  await until(() => expect(target.at('/planned')).toHaveLength(2));
});

test('several replicas send each message once', async () => {
  const stops = [startCourier(16), startCourier(16)];
  await put('shared');
  for (let batch = 0; batch < 5; batch += 1) {
    await tell(Array.from({ length: 40 }, (_, n) => told('shared', `b${batch}-${n}`)));
  }
  await until(async () => {
    expect((await deliveries('shared', { onlyUndelivered: true })).deliveries).toEqual([]);
    expect(target.at('/shared').length).toBeGreaterThanOrEqual(200);
  });
  const ids = target.at('/shared').map(({ id }) => id);
  expect(new Set(ids).size).toBe(200);
  expect(ids).toHaveLength(200);
  await Promise.all(stops.map((end) => end()));
});

test('a message is given up after the last pause, and sent again on demand', async () => {
  target.answer('/away', (response, n) => {
    response.statusCode = n <= PAUSES_MS.length ? 500 : 200;
    response.end();
  });
  await put('away');
  await tell([told('away', 'p1')]);
  for (const [index, pause] of [...PAUSES_MS, 0].entries()) {
    await until(async () => expect(await failuresOf('away')).toBe(index + 1));
    later(pause * 1.11);
  }
  const failed = await first('away');
  expect(failed).toMatchObject({ state: DeliveryState.FAILED, nextAttemptTime: undefined });
  const asked = { webhookId: 'main', deliveryId: failed?.deliveryId ?? '' };
  expect(await redeliverWebhook(webhooks, 'away', asked)).toMatchObject({
    state: DeliveryState.WAITING,
  });
  later(0);
  await until(() => isDelivered('away'));
  expect(new Set(target.at('/away').map(({ id }) => id)).size).toBe(1);
  for (const [who, deliveryId] of [
    ['plain', asked.deliveryId],
    ['away', 'nonsense'],
  ] as const) {
    const refused = redeliverWebhook(webhooks, who, { webhookId: 'main', deliveryId });
    await expect(refused).rejects.toMatchObject({ reason: 'DELIVERY_UNKNOWN' });
  }
});

test('a target that is gone ends its webhook until the partner enables it again', async () => {
  target.answer('/gone', answering(410, 200));
  await put('gone');
  await tell([told('gone', 'p1')]);
  await until(async () => expect((await webhooksOf(db, 'gone'))[0]?.enabled).toBe(false));
  later(60_000);
  await put('gone');
  later(0);
  await until(() => isDelivered('gone'));
});

test('only the kinds asked for are sent, and pages hold each delivery once', async () => {
  await put('choosy', { kinds: ['payment.declined'] });
  const declined = { state: PaymentState.DECLINED };
  const facts = [1, 2, 3, 4, 5, 6, 7].flatMap((n) => [
    told('choosy', `not ${n}`),
    { ...told('choosy', `p${n}`), ...declined },
  ]);
  await tell(facts);
  await until(async () => expect((await deliveries('choosy')).deliveries).toHaveLength(7));
  const seen: string[] = [];
  let pageToken = '';
  do {
    const page = await deliveries('choosy', { pageSize: 3, pageToken });
    seen.push(...page.deliveries.map(({ paymentId }) => paymentId));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => paymentIdOf(`p${n}`, 'choosy')));
  const { nextPageToken } = await deliveries('choosy', { pageSize: 3 });
  const stolen = deliveries('plain', { pageToken: nextPageToken });
  await expect(stolen).rejects.toMatchObject({ reason: 'PAGE_TOKEN_INVALID' });
});

test('a webhook that ended has no deliveries, and its name begins anew', async () => {
  await put('ending', { url: target.url('/ending-nowhere') });
  target.answer('/ending-nowhere', answering(500));
  await tell([told('ending', 'p1')]);
  await until(() => expect(target.at('/ending-nowhere')).toHaveLength(1));
  await deleteWebhook(webhooks, 'ending', 'main');
  const gone = { reason: 'WEBHOOK_UNKNOWN' };
  await expect(deleteWebhook(webhooks, 'ending', 'main')).rejects.toMatchObject(gone);
  await expect(deliveries('ending')).rejects.toMatchObject(gone);
  expect((await put('ending')).secret).toMatch(/^whsec_/);
  expect((await deliveries('ending')).deliveries).toEqual([]);
  await until(async () => {
    await sweepEnded(db, 3);
    expect(await db.query('SELECT FROM webhooks WHERE ended_at IS NOT NULL', [])).toEqual([]);
  });
});

test('bad requests are refused and write nothing', async () => {
  const before = await db.query('SELECT hook_id, url, kinds FROM webhooks ORDER BY hook_id', []);
  for (const change of [
    { webhookId: 'Main' },
    { url: 'nowhere' },
    { url: 'ftp://example.com/' },
    { url: 'https://user:pass@example.com/' },
    { kinds: ['payment.unheard'] },
    { kinds: [KINDS[0], KINDS[0]] },
  ]) {
    await expect(put('plain', change)).rejects.toMatchObject({ reason: 'FIELD_INVALID' });
  }
  for (let n = 0; n < 15; n += 1) await put('many', { webhookId: `w${n}` });
  const racing = ['a', 'b'].map((webhookId) => put('many', { webhookId }));
  const settled = await Promise.allSettled(racing);
  expect(settled.some(({ status }) => status === 'fulfilled')).toBe(true);
  await expect(put('many', { webhookId: 'last' })).rejects.toMatchObject({
    reason: 'TOO_MANY_WEBHOOKS',
  });
  const after = await db.query(
    "SELECT hook_id, url, kinds FROM webhooks WHERE partner_id <> 'many' ORDER BY hook_id",
    [],
  );
  expect(after).toEqual(before);
});
