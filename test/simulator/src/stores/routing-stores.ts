import type { ClearingStore } from '@causeway/routing/src/clearing/store.ts';
import type { PaymentRows } from '@causeway/routing/src/payments/book.ts';
import type { RecoveryDeps } from '@causeway/routing/src/payments/recovery.ts';
import type { Change, NewPayment } from '@causeway/routing/src/payments/store.ts';
import type { RefundStore } from '@causeway/routing/src/refunds/store.ts';
import type { ReversalStore } from '@causeway/routing/src/reversals/store.ts';
import type { StoreLink } from '../kernel/store-link.ts';
import type { KeptFact, Place, RoutingTables } from './routing-tables.ts';

/** Where a process publishes the facts of its commits. */
export interface MemoryOutbox {
  place(): Place;
  publish(place: Place, facts: readonly KeptFact[]): void;
}

/** Names what is stored for a story: a payment's short name. */
export type NameOf = (paymentId: string) => string;

/** The stores of routing over tables in memory, as one of its processes reaches them. */
export interface RoutingStores {
  payments: PaymentRows &
    RecoveryDeps['payments'] & { waitingOrders(): Promise<Map<string, number>> };
  refunds: Pick<RefundStore, 'read' | 'claimDue'>;
  reversals: Pick<ReversalStore, 'begin' | 'note' | 'lookSoon' | 'claimDue'>;
  clearing: Pick<ClearingStore, 'participants' | 'add'>;
}

export function routingStores(
  link: StoreLink,
  tables: RoutingTables,
  outbox: MemoryOutbox,
  nameOf: NameOf,
): RoutingStores {
  return {
    payments: paymentRows(link, tables, outbox, nameOf),
    refunds: {
      read: ({ paymentId }, refundId) =>
        link.run('read refund', nameOf(paymentId), () => tables.refunds.get(refundId)),
      claimDue: (now, until, limit) =>
        link.run('claim', 'refunds', () => tables.claimRefunds(now, until, limit)),
    },
    reversals: {
      begin: (key, dueAt) =>
        link.run('begin reversal', nameOf(key.paymentId), () => tables.beginReversal(key, dueAt)),
      note: (reversal, dueAt) =>
        link.run('note reversal', nameOf(reversal.paymentId), () =>
          tables.noteReversal(reversal, dueAt),
        ),
      lookSoon: (key, routeIds, now) =>
        link.run('look soon', nameOf(key.paymentId), () => tables.lookSoon(key, routeIds, now)),
      claimDue: (now, until, limit) =>
        link.run('claim', 'reversals', () => tables.claimReversals(now, until, limit)),
    },
    clearing: {
      participants: () =>
        link.run('read', 'clearing days', () => [...tables.participants.values()]),
      add: (keys) => link.run('add', 'clearing days', () => tables.addParticipants(keys)),
    },
  };
}

function paymentRows(
  link: StoreLink,
  tables: RoutingTables,
  outbox: MemoryOutbox,
  nameOf: NameOf,
): RoutingStores['payments'] {
  const written = async <Item extends NewPayment | Change, Outcome>(
    statement: string,
    items: readonly Item[],
    write: (place: Place) => Outcome[],
  ): Promise<Outcome[]> => {
    const place = outbox.place();
    const about = items.map((item) => nameOf(item.payment.paymentId)).join(' ');
    const outcomes = await link.run(statement, about, () => write(place));
    const facts = items.flatMap(({ fact, payment }, index) => {
      const isDone = outcomes[index] === true || outcomes[index] === 'done';
      return fact && isDone ? [{ fact, payment }] : [];
    });
    outbox.publish(place, facts);
    return outcomes;
  };
  return {
    insert: (items) => written('insert', items, (place) => tables.insert(items, place)),
    commit: (items) => written('commit', items, (place) => tables.commit(items, place)),
    read: (keys) => {
      const about = keys.map(({ paymentId }) => nameOf(paymentId)).join(' ');
      return link.run('read', about, () => tables.read(keys));
    },
    claimDue: (now, until, limit) =>
      link.run('claim', 'payments', () => tables.claimPayments(now, until, limit, false)),
    claimExpired: (now, until, limit) =>
      link.run('claim', 'orders', () => tables.claimPayments(now, until, limit, true)),
    // What is owed only feeds gauges.
    owedSummary: async () => [],
    owed: async () => [],
    waitingOrders: () => link.run('count', 'orders', () => tables.waitingOrders()),
  };
}
