import type { ControlTotal, GetControlTotalsRequest } from '@causeway/proto/routing';
import type { Directory } from '../directory/directory.ts';
import { refuse } from '../errors.ts';
import type { ClearingDays } from './days.ts';
import { checkedDay, knownParty } from './known-party.ts';
import type { TotalsStore } from './totals-store.ts';

export interface TotalsDeps {
  totals: TotalsStore;
  days: ClearingDays;
  directory: Directory;
}

/**
 * What a sealed day holds; nothing can change it any more. Refuses FIELD_INVALID,
 * PARTICIPANT_UNKNOWN, DAY_NOT_SEALED.
 */
export async function controlTotals(
  { totals, days, directory }: TotalsDeps,
  { participant, clearingDate }: GetControlTotalsRequest,
): Promise<ControlTotal[]> {
  const party = knownParty(directory, participant);
  const date = checkedDay(clearingDate);
  await days.refresh();
  if (date > (days.standing(party)?.record.sealedThrough ?? '')) {
    throw refuse('DAY_NOT_SEALED', `${date} is not sealed yet: it still changes`);
  }
  return totals.of(party, date);
}
