import { ParticipantKind } from '@causeway/proto/common';
import type { ClearingTerms } from '@causeway/proto/routing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayAfter, endedDay, isDay, openDay, runningDay, standingsFrom } from './calendar.ts';
import { type ParticipantRecord, type Party, participantKey } from './participants.ts';

const TOKYO = { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 };
const BANGKOK = { timeZone: 'Asia/Bangkok', cutOffSeconds: 0 };
const HONOLULU = { timeZone: 'Pacific/Honolulu', cutOffSeconds: 18 * 3_600 };
const KEY = { kind: ParticipantKind.ACQUIRER, id: 'sakura' };
const at = (iso: string) => Date.parse(iso);

const party = (...defaults: ClearingTerms[]): Party => ({ ...KEY, defaults });

function standing(changes: Partial<ParticipantRecord>) {
  const record = {
    ...{ ...KEY, terms: undefined, settlementCurrencyCode: undefined, opened: undefined },
    ...{ sealedThrough: undefined, sealedAt: undefined, ...changes },
  };
  return standingsFrom([record]).get(participantKey(KEY));
}

describe("a participant's days", () => {
  const both = party(TOKYO, BANGKOK);

  test('of routes in two zones end with the last of them', () => {
    // Midnight in Tokyo is 15:00 UTC, in Bangkok 17:00.
    expect(runningDay(both, undefined, at('2026-03-13T14:59:59Z'))).toBe('2026-03-13');
    expect(runningDay(both, undefined, at('2026-03-13T16:59:59Z'))).toBe('2026-03-13');
    expect(runningDay(both, undefined, at('2026-03-13T17:00:00Z'))).toBe('2026-03-14');
    expect(endedDay(both, undefined, at('2026-03-13T17:14:59Z'))).toBe('2026-03-12');
    expect(endedDay(both, undefined, at('2026-03-13T17:15:00Z'))).toBe('2026-03-13');
  });

  test('go by the terms that were put, whatever the directory says', () => {
    const put = standing({ terms: TOKYO });
    expect(runningDay(both, put, at('2026-03-13T15:00:00Z'))).toBe('2026-03-14');
    expect(endedDay(both, put, at('2026-03-13T15:15:00Z'))).toBe('2026-03-13');
  });

  test('begin after what is sealed, though the calendar is not there yet', () => {
    const early = standing({ sealedThrough: '2026-02-28', sealedAt: new Date() });
    expect(openDay(early, TOKYO, at('2026-02-28T03:00:00Z'))).toBe('2026-03-01');
    expect(runningDay(both, early, at('2026-02-28T03:00:00Z'))).toBe('2026-03-01');
    expect(openDay(early, TOKYO, at('2026-03-02T03:00:00Z'))).toBe('2026-03-02');
  });

  test('do not go back where the terms become those of an earlier zone', () => {
    const moved = standing({ terms: HONOLULU, opened: '2026-03-14' });
    expect(openDay(moved, HONOLULU, at('2026-03-13T20:00:00Z'))).toBe('2026-03-14');
  });

  test('are nothing where nobody tells them', () => {
    expect(runningDay(party(), undefined, 0)).toBe('');
    expect(endedDay(party(), undefined, 0)).toBe('');
  });
});

test('while time goes on and days are sealed, no stamp is of a sealed day or of an earlier one', () => {
  const zones = fc.constantFrom(TOKYO, BANGKOK, HONOLULU);
  const event = fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ kind: fc.constant('seal' as const) }),
    fc.record({ kind: fc.constant('put' as const), terms: zones }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let nowMs = at('2026-12-30T00:00:00Z');
      let record: Partial<ParticipantRecord> = { terms: TOKYO };
      let last = '';
      for (const each of events) {
        const running = runningDay(party(), standing(record), nowMs);
        // The worker notes the running day, and seals what has ended.
        record = { ...record, opened: running };
        const ended = endedDay(party(), standing(record), nowMs);
        if (ended > (record.sealedThrough ?? '')) record.sealedThrough = ended;
        if (each.kind === 'wait') nowMs += each.hours * 3_600_000;
        if (each.kind === 'seal') record.sealedThrough = running;
        if (each.kind === 'put') record.terms = each.terms;
        const stamped = openDay(standing(record), record.terms ?? TOKYO, nowMs);
        expect(stamped > (record.sealedThrough ?? '')).toBe(true);
        expect(stamped >= last).toBe(true);
        last = stamped;
      }
    }),
  );
});

test('a day is one of the calendar', () => {
  expect(['2026-02-28', '2028-02-29'].filter(isDay)).toHaveLength(2);
  expect(['', '2026-2-28', '2026-02-30', '20260228', '2026-02-28T00:00Z'].filter(isDay)).toEqual(
    [],
  );
  expect(dayAfter('2026-12-31')).toBe('2027-01-01');
});
