import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Answer,
  type Dashboard,
  dashboardsIn,
  drawn,
  Guard,
  lastMinutes,
  presentPrometheus,
  startPrometheus,
} from '@causeway/deploy-local';
import { type Payment, PaymentState } from '@causeway/proto/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  acquirerOf,
  type Collector,
  charge,
  chargeOf,
  feedIsWhole,
  openPayer,
  openShop,
  type ReceivedSpan,
  startCollector,
  startOwnStack,
  until,
  verifyBooks,
} from '../support/index.ts';
import { BUSINESS } from './business.ts';
import { instruments, series } from './declared.ts';
import { type Sample, scrape, sumOf } from './scrape.ts';

let collector: Collector;
let payment: Payment;
let declined: Payment;
let paymentCode: string;
let logs: string;
/** The spans of the payment that succeeded. */
let spans: ReceivedSpan[];
/** What all processes showed to Prometheus once everything was booked. */
let samples: Sample[];
/** What each panel was answered by a Prometheus, and its picture; empty where there is none. */
let shownBy: { dashboard: Dashboard; svg: string; answers: [string, Answer][] }[] = [];
let partner: string;
let issuer: string;

// Two payments are made, then everything drains: what was measured is sent before a service ends.
beforeAll(async () => {
  collector = await startCollector();
  const { world, stack, stop } = await startOwnStack(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      CAUSEWAY_TRACE_RATIO: '1',
      // The first answer of the wallet operator gets lost, so that there is something to log.
      CAUSEWAY_FAILPOINTS: 'routing.charge.answered=error@1',
    },
    undefined,
    { metrics: true },
  );
  const watching = await watch(stack.state, Object.keys(stack.metrics).length);
  const shop = await openShop(world);
  partner = shop.partner.id;
  await world.ops.cover.setCap({
    ...{ participant: acquirerOf(shop), currencyCode: shop.currencyCode },
    ...{ commandId: world.runtime.random.uuid(), capMinor: 1_000_000n },
  });
  const payer = await openPayer(world);
  issuer = payer.issuerId;
  paymentCode = await payer.code();
  payment = await charge(shop, chargeOf(world, shop, paymentCode, 1_900n));
  declined = await charge(shop, chargeOf(world, shop, paymentCode, 1_900n));
  await verifyBooks(world.stack.state, 20);
  await feedIsWhole(world, shop, new Set([payment.paymentId, declined.paymentId]));
  samples = await shown(Object.values(stack.metrics));
  shownBy = await watching();
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

/**
 * Has a Prometheus scrape the stack, if there is one. Answers what asks it for all that dashboards
 * show, and ends it.
 */
async function watch(state: string, targets: number): Promise<() => Promise<typeof shownBy>> {
  if (presentPrometheus() === undefined) {
    console.warn('prometheus is not on PATH: dashboards are not drawn (apt install prometheus)');
    return async () => [];
  }
  const guard = new Guard();
  const { url, process } = await startPrometheus({
    folder: join(state, 'prometheus'),
    targetsFile: join(state, 'prometheus-targets.json'),
    rules: 'deploy/alerts',
    guard,
    say: () => {},
  });
  return async () => {
    // It looks for targets, and at each of them, every few seconds; what counts is there by now.
    const sinceS = Date.now() / 1_000;
    const query = `count(timestamp(up) > ${sinceS} and up == 1) >= ${targets}`;
    const seen = new URLSearchParams({ query });
    await until(
      async () => (await fetch(`${url}/api/v1/query?${seen}`)).text(),
      (answer) => answer.includes('"value"'),
    );
    const dashboards = dashboardsIn('deploy/grafana');
    const draw = async (dashboard: Dashboard) => {
      const { svg, answers } = await drawn(url, dashboard, lastMinutes(2));
      const named = [...answers].map(([{ title }, answer]): [string, Answer] => [title, answer]);
      return { dashboard, svg, answers: named };
    };
    // A gauge that was first set after a scrape waits for the next one.
    const found = await until(
      () => Promise.all(dashboards.map(draw)),
      (all) => all.every((one) => missingOf(one).length === 0),
      { patienceMs: 40_000 },
    );
    await process.stop();
    guard.close();
    return found;
  };
}

/** Gauges are set every few seconds, so some come late; the last is the count of the facts. */
async function shown(addresses: readonly string[]): Promise<Sample[]> {
  const names = new Set<string>();
  return until(
    async () => {
      const all = (await Promise.all(addresses.map(scrape))).flat();
      for (const { name } of all) names.add(name);
      return all;
    },
    (all) =>
      BUSINESS.every(({ metric }) => names.has(metric)) &&
      sumOf(all, 'causeway_events_lag') === 0 &&
      sumOf(all, 'causeway_settlement_facts_total', { booked: 'true' }) > 0,
  );
}

test('one payment is one trace through all services, messages too', () => {
  expect(payment.state).toBe(PaymentState.SUCCEEDED);
  const services = new Set(spans.map(({ service }) => service));
  expect([...services].toSorted()).toEqual(['acquiring', 'fx', 'routing', 'settlement', 'wallet']);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  expect(roots).toMatchObject([{ service: 'acquiring', kind: 'server', parentSpanId: '' }]);
});

test('each call is a span of its caller and one of its server below it', () => {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const served = spans.filter(({ kind, parentSpanId }) => kind === 'server' && parentSpanId !== '');
  expect(served.length).toBeGreaterThan(2);
  for (const { name, service, parentSpanId, attributes } of served) {
    const caller = byId.get(parentSpanId);
    expect(caller).toMatchObject({ kind: 'client', name });
    expect(caller?.service).not.toBe(service);
    expect(attributes).toMatchObject({ 'rpc.system.name': 'grpc', 'rpc.method': name });
  }
  expect(new Set(served.map(({ service }) => service))).toEqual(
    new Set(['routing', 'fx', 'wallet']),
  );
});

test('a fact is sent once, and processed under that by all who follow it, with a link', () => {
  const [sent, ...others] = spans.filter(({ kind }) => kind === 'producer');
  expect(others).toEqual([]);
  expect(sent).toMatchObject({
    service: 'routing',
    name: 'send causeway.routing.payment.succeeded.v1',
    attributes: { 'messaging.system.name': 'nats', 'messaging.operation.type': 'send' },
  });
  const processed = spans.filter(({ kind }) => kind === 'consumer');
  for (const { parentSpanId, links, attributes } of processed) {
    expect(parentSpanId).toBe(sent?.spanId);
    expect(links).toContain(sent?.spanId);
    expect(attributes['messaging.operation.type']).toBe('process');
  }
  const groups = processed.map(({ service, attributes }) => [
    service,
    attributes['messaging.consumer.group.name'],
  ]);
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

test('every metric that is shown is declared, and so is every label of it', async () => {
  const declared = await series();
  for (const { name, labels } of samples) {
    const known = declared.get(name);
    expect(known, name).toBeDefined();
    if (name === 'target_info') continue;
    expect(Object.keys(labels).filter((label) => !known?.has(label))).toEqual([]);
  }
  const names = new Set((await instruments()).map(({ name }) => name));
  for (const service of ['acquiring', 'routing', 'fx', 'wallet', 'settlement']) {
    const received = [...collector.metricsOf(service)];
    expect(received.length).toBeGreaterThan(10);
    expect(received.filter((name) => !names.has(name))).toEqual([]);
  }
});

test.each(BUSINESS)('$metric $labels is $is', ({ metric, labels = {}, is }) => {
  const found = samples.filter(({ name }) => name === metric);
  expect(found.length).toBeGreaterThan(0);
  const named = Object.entries(labels).map(([key, value]) => [
    key,
    value.replace('PARTNER', partner).replace('ISSUER', issuer),
  ]);
  const value = sumOf(samples, metric, Object.fromEntries(named));
  if (typeof is === 'number') expect(value).toBe(is);
  else expect(value).toSatisfy(is);
});

/** Panels of each dashboard that show something however short the time, and little the traffic. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  overview: ['In doubt', 'Longest wait', 'Broken rules of books', 'Parked facts', 'Alerts'],
  payments: ['Pending', 'In doubt, by what is asked next', 'Holds'],
  delivery: ['Messages not handled', 'Oldest unpublished fact', 'Parked'],
  settlement: ['Windows waiting', 'Open breaks', 'Rules that are broken, by whose books'],
  fx: ['Exposure, by pair', 'Over their limit, uncovered'],
  runtime: ['Late timers', 'Memory', 'Connections', 'Days until certificates end'],
};

/** The panels that should show something and show nothing. */
function missingOf({ dashboard, answers }: Omit<(typeof shownBy)[number], 'svg'>): string[] {
  const answered = answers.filter(([, { lines }]) => lines.length > 0).map(([title]) => title);
  return (ALWAYS[dashboard.name] ?? []).filter((title) => !answered.includes(title));
}

test.skipIf(presentPrometheus() === undefined)('every panel is answered by Prometheus', () => {
  expect(shownBy.map(({ dashboard }) => dashboard.name)).toEqual(Object.keys(ALWAYS));
  for (const { dashboard, svg, answers } of shownBy) {
    expect(svg.length, dashboard.name).toBeGreaterThan(5_000);
    const failed = answers.filter(([, { error }]) => error !== undefined);
    expect(failed, dashboard.name).toEqual([]);
    expect(missingOf({ dashboard, answers }), dashboard.name).toEqual([]);
  }
});

test('neither tells the code that was charged, nor is a payment or a wallet a label', () => {
  expect(declined.state).toBe(PaymentState.DECLINED);
  expect(collector.bodies()).not.toContain(paymentCode);
  expect(logs).not.toContain(paymentCode);
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-/;
  const labelled = samples.filter(({ labels }) =>
    Object.values(labels).some((is) => uuid.test(is)),
  );
  expect(labelled).toEqual([]);
});
