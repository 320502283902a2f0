import { isCurrency } from '@causeway/money';
import { ParticipantKind } from '@causeway/proto/common';
import type { PutClearingTermsRequest } from '@causeway/proto/routing';
import { clearingProblems, refuseIfAny, rule } from '../directory/checks.ts';
import { runningDay } from './calendar.ts';
import { checkedParticipant, participantProblems } from './known-party.ts';
import { partiesOf } from './participants.ts';
import type { SealDeps } from './seal-worker.ts';

/**
 * Sets the terms by which a participant's days are told. Here they are in force at once, on other
 * replicas within half a second. The day that runs goes on: none before it is stamped any more.
 */
export async function putTerms(
  { store, days, directory, runtime }: SealDeps,
  { participant, clearing, settlementCurrencyCode }: PutClearingTermsRequest,
): Promise<void> {
  const isAcquirer = participant?.participantKind === ParticipantKind.ACQUIRER;
  const isNone = settlementCurrencyCode === '';
  refuseIfAny([
    ...participantProblems(participant),
    ...clearingProblems(clearing, 'clearing'),
    ...rule(
      isNone || (isAcquirer && isCurrency(settlementCurrencyCode)),
      'settlement_currency_code',
      'takes a known currency, of an acquirer',
    ),
  ]);
  if (!clearing) return;
  const { kind, id } = checkedParticipant(participant);
  await days.refresh();
  const party = partiesOf(directory.view).find((each) => each.kind === kind && each.id === id);
  const opened = party && runningDay(party, days.standing(party), runtime.clock.nowMs());
  await store.putTerms({
    ...{ kind, id, terms: clearing, opened: opened || undefined },
    settlementCurrencyCode: isNone ? undefined : settlementCurrencyCode,
  });
  await days.refresh();
}
