import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PaymentState } from '@causeway/proto/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  type OwnStack,
  openPayer,
  openShop,
  type Payer,
  pay,
  readByRequest,
  type Shop,
  startOwnStack,
  stateFolder,
  until,
  verifyBooks,
  type World,
} from './support/index.ts';

const AMOUNT_MINOR = 1_700n;

/**
 * Wrongs that are planted one after the other in one stack of this file's own, each in the
 * services that do it. What one has broken stays broken, so each is known by what it adds.
 */
describe('the verifier names', () => {
  let own: OwnStack;
  let world: World;
  let shop: Shop;
  let payer: Payer;
  beforeAll(async () => {
    own = await startOwnStack();
    ({ world } = own);
    shop = await openShop(world);
    payer = await openPayer(world);
  });
  afterAll(() => own.stop());

  const plant = async (name: string, ...services: string[]) => {
    const { restart } = world.stack.processes;
    await Promise.all(services.map((service) => restart(service, { CAUSEWAY_PLANT: name })));
  };
  /** What is broken, once a rule names `what`; or else after 15 s. */
  const broken = async (what: string) => {
    const look = async () => (await verifyBooks(world.stack.state, 0, 0)).broken.join('\n');
    return until(look, (rules) => rules.includes(what), { patienceMs: 15_000 });
  };

  test('nothing, where nothing is planted', async () => {
    expect((await pay(world, payer, shop, AMOUNT_MINOR)).state).toBe(PaymentState.SUCCEEDED);
    const report = await verifyBooks(world.stack.state, 20);
    expect(report).toMatchObject({ ok: true, in_flight: 0, broken: [] });
  });

  test('event-acked-before-commit: a payment that was never booked', async () => {
    await plant('event-acked-before-commit', 'settlement');
    const { paymentId } = await pay(world, payer, shop, AMOUNT_MINOR);
    // The books catch up with the next one, and not with this one.
    await pay(world, payer, shop, AMOUNT_MINOR);
    const rules = await broken(`${paymentId}: payments say`);
    expect(rules).toMatch(new RegExp(`${paymentId}: payments say .* books say 0 and 0`));
    expect(rules).toMatch(/^positions: /m);
  });

  test('tombstone-dropped: a debit that came after its fence', async () => {
    await plant('tombstone-dropped', 'wallet');
    const late = { CAUSEWAY_FAILPOINTS: 'routing.charge.sending=delay:4000@1' };
    await world.stack.processes.restart('routing', late);
    const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
    const charging = charge(shop, request);
    const { paymentRequestId } = request;
    // The cancel must come after the intent, and before the charge that is held up.
    const pending = () => readByRequest(shop, paymentRequestId).catch(() => undefined);
    await until(pending, (seen) => seen?.state === PaymentState.PENDING);
    const { payment } = await shop.partner.payments.cancelPayment({ paymentRequestId });
    expect(payment?.state).toBe(PaymentState.CANCELLED);
    await charging;
    const rules = await broken(payment?.paymentId ?? '');
    expect(rules).toMatch(new RegExp(`${payment?.paymentId}: switch 0, wallet [1-9]`));
  });

  test('entry-skipped: balances that are less than the sums of their entries', async () => {
    await plant('entry-skipped', 'wallet');
    await Promise.all(Array.from({ length: 20 }, () => pay(world, payer, shop, AMOUNT_MINOR)));
    const rules = await broken(' balances: ');
    expect(rules).toMatch(/^sums: HKD: [1-9]/m);
    expect(differing(rules, 'credits').some(({ held, sum }) => held < sum)).toBe(true);
  });
});

const START = join(import.meta.dirname, '..', '..', 'dist', 'start.js');

test('npm start -- --once --plant debit-doubled fails, and names balances', async () => {
  const state = stateFolder();
  const child = spawn(process.execPath, [START, '--once', '--json', '--plant', 'debit-doubled'], {
    env: { ...process.env, CAUSEWAY_STATE: state },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  rmSync(state, { recursive: true, force: true });
  expect(exitCode).toBe(1);
  const report = JSON.parse(printed.trim().split('\n').at(-1) ?? '');
  expect(report).toMatchObject({ ok: false, checks: { balances_recomputed: false } });
  const failures = report.failures.join('\n');
  expect(failures).toContain('books: the verifier finds every book in order');
  expect(differing(failures, 'debits').some(({ held, sum }) => held > sum)).toBe(true);
}, 120_000);

/** What accounts say of one side, and what their entries sum to, where the two differ. */
function differing(rules: string, side: 'debits' | 'credits') {
  const pairs = rules.matchAll(new RegExp(`${side}_posted=(\\d+), ${side}=(\\d+)`, 'g'));
  return [...pairs]
    .map(([, held = '', sum = '']) => ({ held: BigInt(held), sum: BigInt(sum) }))
    .filter(({ held, sum }) => held !== sum);
}
