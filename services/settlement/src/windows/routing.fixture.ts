import { createHash } from 'node:crypto';
import type { Participant } from '@causeway/proto/common';
import type { ClearingDay } from '@causeway/proto/routing';
import { Refusal } from '@causeway/runtime';
import { type Booking, bookingOf } from '../booking/booking.ts';
import { factsOf, type Story } from '../booking/facts.fixture.ts';
import { type ParticipantRef, participantOf, toParticipant } from '../participants.ts';
import type { WindowWorkerDeps } from './worker.ts';

/** Stands in for routing: it knows its payments by their stories, and days as a test sets them. */
export class FakeRouting {
  readonly stories: Story[] = [];
  readonly #days = new Map<string, ClearingDay>();

  /** Sets where a participant's days stand. */
  day(participant: ParticipantRef, openDate: string, sealedDate: string): void {
    this.#days.set(`${participant.kind} ${participant.id}`, {
      participant: toParticipant(participant),
      clearing: undefined,
      ...{ openDate, sealedDate, sealTime: undefined },
    });
  }

  readonly client: WindowWorkerDeps['routing'] = {
    listClearingDays: async () => ({ days: [...this.#days.values()] }),
    sealClearingDay: async ({ participant, clearingDate }) => {
      const day = this.#dayOf(participant);
      const sealed = { ...day, sealedDate: clearingDate, openDate: nextDay(clearingDate) };
      this.#days.set(nameOf(participant), sealed);
      return { day: sealed };
    },
    getControlTotals: async ({ participant, clearingDate }) => {
      if (this.#dayOf(participant).sealedDate < clearingDate) {
        throw new Refusal('DAY_NOT_SEALED', 'not sealed');
      }
      return { totals: totalsOf(this.#itemsOf(participantOf(participant), clearingDate)) };
    },
  };

  #dayOf(participant: Participant | undefined): ClearingDay {
    const day = this.#days.get(nameOf(participant));
    if (!day) throw new Refusal('PARTICIPANT_UNKNOWN', 'nobody');
    return day;
  }

  /** Captures that were not cancelled, and refunds, of a participant's day. */
  #itemsOf(participant: ParticipantRef | undefined, clearingDate: string): Booking[] {
    const bookings = this.stories
      .filter(({ cancelled }) => !cancelled)
      .flatMap(factsOf)
      .flatMap((fact) => bookingOf(fact) ?? []);
    return bookings.filter((booking) =>
      participant?.kind === 'acquirer'
        ? booking.partnerId === participant.id && booking.acquirerClearingDate === clearingDate
        : booking.issuerId === participant?.id && booking.issuerClearingDate === clearingDate,
    );
  }
}

function nameOf(participant: Participant | undefined): string {
  const named = participantOf(participant);
  return `${named?.kind} ${named?.id}`;
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

/** As the proto defines them, written apart from the SQL that they are compared with. */
function totalsOf(items: readonly Booking[]) {
  const pairs = new Map<string, Booking[]>();
  for (const item of items) {
    const pair = `${item.payerCurrency} ${item.payeeCurrency}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), item]);
  }
  return [...pairs].sort().map(([pair, ofPair]) => {
    const [payer = '', payee = ''] = pair.split(' ');
    const sum = (kind: string, minor: (item: Booking) => bigint) =>
      ofPair.filter((item) => item.kind === kind).reduce((all, item) => all + minor(item), 0n);
    const money = (currencyCode: string, amountMinor: bigint) => ({ currencyCode, amountMinor });
    return {
      itemCount: BigInt(ofPair.length),
      payerCaptured: money(
        payer,
        sum('capture', (item) => item.payerMinor),
      ),
      payeeCaptured: money(
        payee,
        sum('capture', (item) => item.payeeMinor),
      ),
      payerRefunded: money(
        payer,
        sum('refund', (item) => item.payerMinor),
      ),
      payeeRefunded: money(
        payee,
        sum('refund', (item) => item.payeeMinor),
      ),
      itemHashSum: String(ofPair.reduce((all, item) => all + hashOf(item), 0n)),
    };
  });
}

function hashOf({ kind, subjectId, payerMinor, payeeMinor }: Booking): bigint {
  const text = `${kind} ${subjectId} ${payerMinor} ${payeeMinor}`;
  const digest = createHash('sha256').update(text).digest();
  return BigInt(`0x${digest.subarray(0, 7).toString('hex')}`);
}
