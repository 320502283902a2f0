import type { Caller } from '@causeway/callers';
import type { SettlementAgreement } from '@causeway/proto/settlement';
import { Refusal, uuidFrom } from '@causeway/runtime';
import { AGREEMENTS } from '../world/agreements.ts';

/**
 * Enters how everybody is settled, as the operator. Whoever has an agreement keeps it: somebody may
 * have changed it since an earlier start.
 */
export async function seedAgreements(operator: Caller): Promise<void> {
  await Promise.all(AGREEMENTS.map((agreement) => seedAgreement(operator, agreement)));
}

async function seedAgreement(operator: Caller, agreement: SettlementAgreement): Promise<void> {
  const { participant } = agreement;
  const { agreement: known } = await operator.settlementAgreements.getAgreement({
    ...{ participant, clearingDate: '' },
  });
  if (known !== undefined && known.version > 0) return;
  try {
    await put(operator, agreement);
  } catch (error) {
    // A stack that was there before it knew of agreements has closed days, which stay as they are.
    const earliest = error instanceof Refusal ? error.metadata.earliest : undefined;
    if (earliest === undefined) throw error;
    await put(operator, { ...agreement, effectiveFrom: earliest });
  }
}

/** Under an id that follows from what is put, so that a repetition changes nothing. */
function put({ settlementAgreements }: Caller, agreement: SettlementAgreement): Promise<unknown> {
  const { participant, effectiveFrom } = agreement;
  const { participantKind = 0, participantId = '' } = participant ?? {};
  const named = [String(participantKind), participantId, effectiveFrom];
  return settlementAgreements.putAgreement({
    commandId: uuidFrom('sandbox.agreement', ...named),
    agreement,
  });
}
