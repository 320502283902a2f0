import type { ClearingTerms } from '@causeway/proto/routing';
import { CANCEL_GRACE_MS, clearingDate, clearingTime } from './day.ts';
import { type ParticipantRecord, type Party, participantKey } from './participants.ts';

/** What a participant's stored days mean for the present; pure. */
export interface Standing {
  readonly record: ParticipantRecord;
  /** No earlier day is stamped any more, YYYY-MM-DD; empty where any may be. */
  readonly earliest: string;
}

/** The standing of every participant that has one, by `participantKey`. */
export type Standings = ReadonlyMap<string, Standing>;

export function standingsFrom(records: readonly ParticipantRecord[]): Standings {
  return new Map(records.map((record) => [participantKey(record), standingOf(record)]));
}

function standingOf(record: ParticipantRecord): Standing {
  const { opened = '', sealedThrough } = record;
  const afterSeal = sealedThrough === undefined ? '' : dayAfter(sealedThrough);
  return { record, earliest: later(opened, afterSeal) };
}

/** The day that is stamped at a moment, where the calendar day is told by these terms. */
export function openDay(
  standing: Standing | undefined,
  terms: ClearingTerms,
  atMs: number,
): string {
  return later(clearingDate(terms, atMs), standing?.earliest ?? '');
}

/** What tells a participant's days: the terms that were put, or else those of the directory. */
export function termsInForce(
  { defaults }: Party,
  standing: Standing | undefined,
): readonly ClearingTerms[] {
  const put = standing?.record.terms;
  return put ? [put] : defaults;
}

/**
 * The day of a participant that runs at a moment: of routes in several zones that of the last,
 * since its day has not ended before. Empty where nothing tells its days.
 */
export function runningDay(party: Party, standing: Standing | undefined, atMs: number): string {
  return later(earliestDay(party, standing, atMs), standing?.earliest ?? '');
}

/** The terms by which a participant's day ends, of several those by which it ends last. */
export function lastTerms(
  party: Party,
  standing: Standing | undefined,
  atMs: number,
): ClearingTerms | undefined {
  const timed = termsInForce(party, standing).map((terms) => {
    return { terms, time: clearingTime(terms, atMs) };
  });
  return timed.sort((a, b) => (a.time < b.time ? -1 : 1))[0]?.terms;
}

/**
 * The last day of a participant that may be sealed without being asked: it has ended, and so has
 * the time for cancels. Empty where nothing tells its days.
 */
export function endedDay(party: Party, standing: Standing | undefined, atMs: number): string {
  const date = earliestDay(party, standing, atMs - CANCEL_GRACE_MS);
  return date === '' ? '' : dayBefore(date);
}

function earliestDay(party: Party, standing: Standing | undefined, atMs: number): string {
  const dates = termsInForce(party, standing).map((terms) => clearingDate(terms, atMs));
  return dates.sort()[0] ?? '';
}

/** Whether the text is a day of the calendar, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(atMs) && dayAt(atMs) === text;
}

const DAY_MS = 86_400_000;

/** The day after another, YYYY-MM-DD. */
export function dayAfter(date: string): string {
  return dayAt(Date.parse(date) + DAY_MS);
}

function dayBefore(date: string): string {
  return dayAt(Date.parse(date) - DAY_MS);
}

function dayAt(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
