import type { ClearingDay, SealClearingDayRequest } from '@causeway/proto/routing';
import { refuse } from '../errors.ts';
import { runningDay } from './calendar.ts';
import { checkedDay, knownParty } from './known-party.ts';
import { dayOf } from './list-days.ts';
import { type SealDeps, sealThrough } from './seal-worker.ts';

/**
 * Seals a participant's running day before its time, or one that has ended and still takes
 * cancels. Refuses FIELD_INVALID, PARTICIPANT_UNKNOWN, DAY_NOT_OPEN.
 */
export async function sealDay(
  deps: SealDeps,
  { participant, clearingDate }: SealClearingDayRequest,
): Promise<ClearingDay> {
  const { days, directory, runtime } = deps;
  const party = knownParty(directory, participant);
  const date = checkedDay(clearingDate);
  await days.refresh();
  const running = runningDay(party, days.standing(party), runtime.clock.nowMs());
  if (date > running) {
    throw refuse('DAY_NOT_OPEN', `${date} has not begun: the running day is ${running}`);
  }
  await sealThrough(deps, party, date, 'asked');
  await days.refresh();
  return dayOf(deps, party);
}
