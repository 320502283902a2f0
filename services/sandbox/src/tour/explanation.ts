import { type Json, jsonOf } from '@causeway/proto/json';
import { EliminationReason } from '@causeway/proto/routing';
import { Refusal } from '@causeway/runtime';
import { OPERATOR_ID } from '../seed/seed.ts';
import type { Stage } from './stage.ts';

/** Why a payment went the way it went, as the switch explains it. */
export interface Explained {
  /** The whole explanation; null where the payment ended before a route was chosen. */
  route: Json;
  /** False where the choice, made again, came out otherwise. */
  reproduced: boolean;
}

/** Has the switch make the choice of a payment's route again. */
export async function explain(stage: Stage, paymentId: string): Promise<Explained> {
  const { policies } = stage.callers.as(OPERATOR_ID);
  try {
    const { explanation } = await policies.explainRoute({ paymentId });
    const route = jsonOf(explanation, { eliminated: EliminationReason });
    return { route, reproduced: explanation?.reproduced === true };
  } catch (error) {
    const ended = error instanceof Refusal && error.reason === 'NOT_ROUTED';
    if (ended) return { route: null, reproduced: true };
    throw error;
  }
}
