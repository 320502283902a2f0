import { coalesce } from '@causeway/batch';
import { ParticipantKind } from '@causeway/proto/common';
import type { ClearingTerms } from '@causeway/proto/routing';
import { type Runtime, Trouble } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import type { PaymentRecord } from '../payments/record.ts';
import { openDay, type Standing, type Standings, standingsFrom } from './calendar.ts';
import { cancelIsOpen } from './day.ts';
import { type ParticipantKey, participantKey, partiesOf } from './participants.ts';
import type { ClearingStore } from './store.ts';

/** How old this replica's picture of terms and seals may be. */
const REFRESH_MS = 500;

/** What the calendar says of a payment at a moment. */
export interface PaymentDays {
  /** The days that are stamped now, YYYY-MM-DD; empty where nothing tells them. */
  acquirerClearingDate: string;
  issuerClearingDate: string;
  /** Whether the days stamped on the payment still take cancels. */
  cancelOpen: boolean;
}

type Dated = Pick<
  PaymentRecord,
  'routeId' | 'partnerId' | 'issuerId' | 'acquirerClearingDate' | 'issuerClearingDate'
>;

/**
 * Participants' days in memory. The picture may be old: a commit that goes by it meets the seal
 * itself, and is decided again after a refresh.
 */
export class ClearingDays {
  /** Reads everything once more; all who ask while a reading is under way share the next one. */
  readonly refresh: () => Promise<void>;
  #standings: Standings = new Map();
  #cancel: (() => void) | undefined;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<ClearingStore, 'participants' | 'add'>,
    private readonly directory: Directory,
    private readonly runtime: Runtime,
  ) {
    const refresh = coalesce({
      name: 'routing.clearing',
      runtime,
      execute: async (asked: readonly undefined[]) => {
        await this.#read();
        return [...asked];
      },
    });
    this.refresh = () => refresh(undefined);
  }

  /** Reads everything now, and again every half second. */
  async start(): Promise<void> {
    await this.refresh();
    const unread = new Trouble(this.runtime, 'clearing days could not be read again');
    this.#cancel = this.runtime.timers.every(REFRESH_MS, () => {
      this.#refreshing = this.refresh().then(
        () => unread.passed(),
        (err) => unread.failed({ err }),
      );
      return this.#refreshing;
    });
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#refreshing;
  }

  /** Where a participant's days stand; undefined where nothing is stored of it yet. */
  standing(key: ParticipantKey): Standing | undefined {
    return this.#standings.get(participantKey(key));
  }

  /** In which one currency an acquirer is settled; undefined where in those of its payments. */
  readonly settlementCurrencyOf = (partnerId: string): string | undefined =>
    this.standing({ kind: ParticipantKind.ACQUIRER, id: partnerId })?.record.settlementCurrencyCode;

  /** The days of a payment at a moment, in epoch milliseconds. */
  daysOf(payment: Dated, atMs: number): PaymentDays {
    const { routes, issuers } = this.directory.view;
    const { routeId = '', partnerId, issuerId = '' } = payment;
    const acquirer = this.standing({ kind: ParticipantKind.ACQUIRER, id: partnerId });
    const issuer = this.standing({ kind: ParticipantKind.ISSUER, id: issuerId });
    const theirs = acquirer?.record.terms ?? routes.get(routeId)?.clearing;
    const ours = issuer?.record.terms ?? issuers.get(issuerId)?.clearing;
    return {
      acquirerClearingDate: theirs ? openDay(acquirer, theirs, atMs) : '',
      issuerClearingDate: ours ? openDay(issuer, ours, atMs) : '',
      cancelOpen:
        takesCancels(acquirer, theirs, payment.acquirerClearingDate, atMs) &&
        takesCancels(issuer, ours, payment.issuerClearingDate, atMs),
    };
  }

  /** A participant that is new to the directory gets its rows, since commits need them. */
  async #read(): Promise<void> {
    const known = standingsFrom(await this.store.participants());
    const added = partiesOf(this.directory.view).filter((key) => !known.has(participantKey(key)));
    if (added.length > 0) await this.store.add(added);
    this.#standings = added.length > 0 ? standingsFrom(await this.store.participants()) : known;
  }
}

function takesCancels(
  standing: Standing | undefined,
  terms: ClearingTerms | undefined,
  date: string | undefined,
  atMs: number,
): boolean {
  if (terms === undefined || date === undefined) return false;
  return date > (standing?.record.sealedThrough ?? '') && cancelIsOpen(terms, date, atMs);
}
