import type { Fact } from '@causeway/events';
import { ParticipantKind } from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { backoffMs, laneOf, type Runtime, Trouble } from '@causeway/runtime';
import type { ClearingStore } from '../clearing/store.ts';
import type { Directory } from '../directory/directory.ts';
import type { Issuers } from '../issuers.ts';
import type { FactKind } from '../payments/machine/types.ts';
import type { PaymentRecord, RefundRecord } from '../payments/record.ts';
import { paymentFrom, refundFrom } from './rows.ts';
import type { LostFact, RestorationStore } from './store.ts';

/** What taking up takes. */
export interface TakeUpDeps {
  store: RestorationStore;
  /** The facts that the stream holds from a moment on. */
  pastFacts(since: Date | undefined): AsyncIterable<readonly Fact[]>;
  issuers: Pick<Issuers, 'clientOf'>;
  directory: Pick<Directory, 'view'>;
  clearing: Pick<ClearingStore, 'add' | 'noteOpened'>;
  runtime: Runtime;
}

/** Facts are looked for from so long before the latest one that is known: clocks may differ. */
const OVERLAP_MS = 60 * 60_000;
const BATCH = 500;
const RETRY = { firstMs: 200, maxMs: 5_000 };
/** A wallet operator that is away for longer may be asked when the payment is refunded. */
const MAX_TRIES = 10;

const KINDS: Record<NonNullable<PaymentFact['kind']>['$case'], FactKind> = {
  succeeded: 'succeeded',
  declined: 'declined',
  cancelRequested: 'cancel_requested',
  cancelled: 'cancelled',
  refundAccepted: 'refund_accepted',
  refundSucceeded: 'refund_succeeded',
};

/**
 * After this database was restored to an earlier moment: takes up the facts of the time since from
 * the stream, which still has what was published, before anything is done with a payment. An order
 * that was paid since is paid again, and nothing is decided on a payment under a version that it had
 * before. Waits for NATS as long as it takes, since whoever went on without would decide anew.
 */
export async function takeUpRestoration(deps: TakeUpDeps): Promise<void> {
  const { store, runtime } = deps;
  if (!(await store.isOpen())) return;
  runtime.log.warn('the database was restored: the facts of the time since are taken up first');
  const latestMs = (await store.latestFactAt())?.getTime();
  const since = latestMs === undefined ? undefined : new Date(latestMs - OVERLAP_MS);
  const found = { payments: 0, facts: 0 };
  let batch: PaymentFact[] = [];
  const flush = async () => {
    const put = await takeUp(deps, batch);
    found.payments += put.payments;
    found.facts += put.facts;
    batch = [];
  };
  for await (const facts of deps.pastFacts(since)) {
    batch.push(...facts.map(({ payload }) => PaymentFact.decode(payload)));
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  await store.close(found);
  runtime.log.warn({ ...found }, 'the facts of the time since the restore are taken up');
}

async function takeUp(deps: TakeUpDeps, facts: readonly PaymentFact[]) {
  const { store, directory, clearing, runtime } = deps;
  if (facts.length === 0) return { payments: 0, facts: 0 };
  const latest = new Map<string, PaymentFact>();
  for (const fact of facts) {
    const id = fact.payment?.paymentId ?? '';
    if ((latest.get(id)?.version ?? 0n) < fact.version) latest.set(id, fact);
  }
  const wallets = await walletsOf(deps, [...latest.values()]);
  const now = runtime.clock.now();
  const payments = new Map<string, PaymentRecord>();
  for (const [id, fact] of latest) {
    const payment = paymentFrom(fact, directory.view, wallets.get(id), now);
    if (payment) payments.set(id, payment);
  }
  const days = daysOf([...payments.values()]);
  await clearing.add(days);
  await clearing.noteOpened(days);
  return store.takeUp(
    [...payments.values()],
    refundsOf(facts, payments, now),
    facts.flatMap((fact) => lostFact(fact) ?? []),
  );
}

/** Of two facts of a refund the later one counts. */
function refundsOf(
  facts: readonly PaymentFact[],
  payments: ReadonlyMap<string, PaymentRecord>,
  now: Date,
): RefundRecord[] {
  const refunds = new Map<string, RefundRecord>();
  for (const fact of facts) {
    const payment = payments.get(fact.payment?.paymentId ?? '');
    const refund = payment && refundFrom(fact, payment, now);
    if (!refund || refunds.get(refund.refundId)?.state === 'SUCCEEDED') continue;
    refunds.set(refund.refundId, refund);
  }
  return [...refunds.values()];
}

function lostFact(fact: PaymentFact): LostFact | undefined {
  const { payment, version, occurTime, factId, kind } = fact;
  if (!payment || !occurTime || !kind) return undefined;
  const { paymentId } = payment;
  const body = PaymentFact.encode(fact).finish();
  return {
    ...{ lane: laneOf(paymentId), paymentId, version: Number(version), occurredAt: occurTime },
    ...{ factId, kind: KINDS[kind.$case], body },
  };
}

/** A day that something was stamped with has begun: no earlier one is stamped any more. */
function daysOf(payments: readonly PaymentRecord[]) {
  const opened = new Map<string, { kind: ParticipantKind; id: string; opened: string }>();
  const note = (kind: ParticipantKind, id = '', day = '') => {
    const key = `${kind}/${id}`;
    if (id === '' || day <= (opened.get(key)?.opened ?? '')) return;
    opened.set(key, { kind, id, opened: day });
  };
  for (const payment of payments) {
    note(ParticipantKind.ACQUIRER, payment.partnerId, payment.acquirerClearingDate);
    note(ParticipantKind.ISSUER, payment.issuerId, payment.issuerClearingDate);
  }
  return [...opened.values()];
}

/** Which wallets the money was taken from, as their operators say. */
async function walletsOf(
  deps: TakeUpDeps,
  facts: readonly PaymentFact[],
): Promise<Map<string, string>> {
  const byIssuer = new Map<string, string[]>();
  for (const { payment } of facts) {
    if (!payment?.issuerId) continue;
    byIssuer.set(payment.issuerId, [...(byIssuer.get(payment.issuerId) ?? []), payment.paymentId]);
  }
  const wallets = new Map<string, string>();
  for (const [issuerId, paymentIds] of byIssuer) {
    for (let at = 0; at < paymentIds.length; at += BATCH) {
      const page = await asked(deps, issuerId, paymentIds.slice(at, at + BATCH));
      for (const { paymentId, walletId } of page) wallets.set(paymentId, walletId);
    }
  }
  return wallets;
}

async function asked({ issuers, runtime }: TakeUpDeps, issuerId: string, paymentIds: string[]) {
  const silent = new Trouble(runtime, 'a wallet operator does not tell whom it charged');
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    try {
      const request = { paymentIds, pageToken: '', pageSize: 0 };
      return (await issuers.clientOf(issuerId).listTaken(request)).payments;
    } catch (err) {
      silent.failed({ err, issuer: issuerId });
      await runtime.timers.sleep(backoffMs(RETRY, attempt, runtime.random));
    }
  }
  return [];
}
