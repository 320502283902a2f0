import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import { clearingSeals, clearingUnsealed } from '../metrics.ts';
import { endedDay, runningDay } from './calendar.ts';
import type { ClearingDays } from './days.ts';
import { type ParticipantKey, type Party, partiesOf } from './participants.ts';
import type { ClearingStore } from './store.ts';

const LOOK_MS = 1_000;

export interface SealDeps {
  store: ClearingStore;
  days: ClearingDays;
  directory: Directory;
  runtime: Runtime;
}

/**
 * Seals days that have ended, once the time for cancels is over too. Every replica does: whoever
 * comes second finds it done, and what was not done during an outage is done after it.
 */
export function startSealing(deps: SealDeps): { stop: () => Promise<void> } {
  const unsealed = new Trouble(deps.runtime, 'clearing days could not be sealed', 'error');
  let looking = Promise.resolve();
  const cancel = deps.runtime.timers.every(LOOK_MS, () => {
    looking = sealEndedDays(deps).then(
      () => unsealed.passed(),
      (err) => unsealed.failed({ err }),
    );
    return looking;
  });
  return {
    async stop() {
      cancel();
      await looking;
    },
  };
}

/**
 * Notes the days that run now and seals all that have ended. Throws the first failure, after
 * everybody else's days were looked at.
 */
export async function sealEndedDays(deps: SealDeps): Promise<void> {
  const { days, directory, runtime } = deps;
  await days.refresh();
  const nowMs = runtime.clock.nowMs();
  const parties = partiesOf(directory.view);
  await noteRunningDays(deps, parties, nowMs);
  const failures: unknown[] = [];
  let sealed = 0;
  for (const party of parties) {
    const standing = days.standing(party);
    const ended = endedDay(party, standing, nowMs);
    if (ended <= (standing?.record.sealedThrough ?? '')) continue;
    await sealThrough(deps, party, ended, 'ended').then(
      () => {
        sealed += 1;
      },
      (error) => failures.push(error),
    );
  }
  clearingUnsealed.set(failures.length);
  if (sealed > 0) await days.refresh();
  if (failures.length > 0) throw failures[0];
}

/** Terms that are changed later cannot bring an earlier day back. */
async function noteRunningDays(
  { store, days }: SealDeps,
  parties: readonly Party[],
  nowMs: number,
): Promise<void> {
  const moved = parties.flatMap((party) => {
    const standing = days.standing(party);
    const opened = runningDay(party, standing, nowMs);
    const { kind, id } = party;
    return opened > (standing?.record.opened ?? '') ? [{ kind, id, opened }] : [];
  });
  if (moved.length > 0) await store.noteOpened(moved);
}

/** Seals a participant's days up to this one, unless somebody has. Then they are final. */
export async function sealThrough(
  { store, runtime }: Pick<SealDeps, 'store' | 'runtime'>,
  { kind, id }: ParticipantKey,
  through: string,
  why: 'ended' | 'asked',
): Promise<void> {
  await failpoint('routing.seal.due');
  const isNew = await store.seal({ kind, id }, through, runtime.clock.now());
  await failpoint('routing.seal.committed');
  if (!isNew) return;
  clearingSeals.add(1, { why });
  runtime.log.info({ kind, participant: id, through, why }, 'clearing days are sealed');
}
