import type { ClearingDay } from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import { lastTerms, runningDay } from './calendar.ts';
import type { ClearingDays } from './days.ts';
import { type Party, partiesOf } from './participants.ts';

export interface DaysDeps {
  days: ClearingDays;
  directory: Directory;
  runtime: Runtime;
}

/** Where everybody's days stand, as it is stored now. */
export async function listDays(deps: DaysDeps): Promise<ClearingDay[]> {
  await deps.days.refresh();
  return partiesOf(deps.directory.view).map((party) => dayOf(deps, party));
}

/** Where the days of one participant stand, as this replica has read it last. */
export function dayOf({ days, runtime }: DaysDeps, party: Party): ClearingDay {
  const standing = days.standing(party);
  const nowMs = runtime.clock.nowMs();
  return {
    participant: { participantKind: party.kind, participantId: party.id },
    clearing: lastTerms(party, standing, nowMs),
    openDate: runningDay(party, standing, nowMs),
    sealedDate: standing?.record.sealedThrough ?? '',
    sealTime: standing?.record.sealedAt,
  };
}
