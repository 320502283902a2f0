import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Payment, PaymentState } from '@causeway/proto/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sources } from '../tidy/sources.ts';
import {
  type Collector,
  charge,
  chargeOf,
  feedIsWhole,
  openPayer,
  openShop,
  type ReceivedSpan,
  startCollector,
  startOwnStack,
  verifyBooks,
} from './support/index.ts';

let collector: Collector;
let payment: Payment;
let paymentCode: string;
let logs: string;
/** The spans of the one payment. */
let spans: ReceivedSpan[];

// One payment is made, then everything drains: what was measured is sent before a service ends.
beforeAll(async () => {
  collector = await startCollector();
  const { world, stop } = await startOwnStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    CAUSEWAY_TRACE_RATIO: '1',
    // The first answer of the wallet operator gets lost, so that there is something to log.
    CAUSEWAY_FAILPOINTS: 'routing.charge.answered=error@1',
  });
  const shop = await openShop(world);
  const payer = await openPayer(world);
  paymentCode = await payer.code();
  payment = await charge(shop, chargeOf(world, shop, paymentCode, 1_900n));
  await verifyBooks(world.stack.state, 20);
  await feedIsWhole(world, shop, new Set([payment.paymentId]));
  const folder = join(world.stack.state, 'logs');
  logs = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  await stop();
  const all = collector.spans();
  const begun = all.find(
    ({ service, name }) => service === 'acquiring' && name.endsWith('/CreatePayment'),
  );
  spans = all.filter(({ traceId }) => traceId === begun?.traceId);
}, 120_000);
afterAll(() => collector.close());

test('one payment is one trace through all services, messages too', () => {
  expect(payment.state).toBe(PaymentState.SUCCEEDED);
  const services = new Set(spans.map(({ service }) => service));
  expect([...services].toSorted()).toEqual(['acquiring', 'fx', 'routing', 'settlement', 'wallet']);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  expect(roots).toMatchObject([{ service: 'acquiring', parentSpanId: '' }]);
  const groups = spans
    .filter(({ name }) => name === 'events.handle')
    .map(({ service, attributes }) => [service, attributes['messaging.consumer.group.name']]);
  expect(groups.toSorted()).toEqual([
    ['acquiring', 'acquiring-feed'],
    ['fx', 'fx-exposures'],
    ['settlement', 'settlement-books'],
  ]);
});

test('what is logged about it names the trace', () => {
  const lines = logs.split('\n').filter((line) => line.includes('did not answer'));
  const traceIds = new Set(lines.map((line) => JSON.parse(line).trace_id));
  expect([...traceIds]).toEqual([spans[0]?.traceId]);
});

test('metrics arrive, and none that is not declared', () => {
  const declared = new Set(
    ['libs', 'services']
      .flatMap((folder) => sources(folder, /metrics\.ts$/))
      .flatMap(({ text }) => [...text.matchAll(/(?:counter|histogram|gauge)\(\s*'([^']+)'/g)])
      .map((match) => match[1]),
  );
  const some: Record<string, string[]> = {
    acquiring: ['causeway.acquiring.routed_calls', 'causeway.acquiring.feed_facts'],
    routing: ['causeway.routing.payments', 'causeway.routing.issuer.calls'],
    fx: ['causeway.fx.quotes', 'causeway.fx.boards.published'],
    wallet: ['causeway.wallet.charge.commands', 'causeway.wallet.codes.issued'],
    settlement: ['causeway.settlement.facts', 'causeway.events.handled'],
  };
  for (const [service, names] of Object.entries(some)) {
    const received = collector.metricsOf(service);
    expect([...received]).toEqual(expect.arrayContaining(names));
    expect([...received].filter((name) => !declared.has(name))).toEqual([]);
  }
});

test('neither tells the code that was charged', () => {
  expect(collector.bodies()).not.toContain(paymentCode);
  expect(logs).not.toContain(paymentCode);
});
