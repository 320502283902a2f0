import type { Database } from '@causeway/db';
import { ParkedFactServiceService } from '@causeway/proto/common';
import { type Implementation, implement } from '@causeway/rpc';
import { isUuid, Refusal, type RefusalDetails, type Runtime } from '@causeway/runtime';
import type { Fact } from './fact.ts';
import { retryParked } from './parked.ts';
import { dropParked, listParked } from './parked-store.ts';

/** Reasons for which parked facts are refused; a service that serves them gives each its code. */
export type ParkedReason = 'FIELD_INVALID' | 'PARKED_FACT_UNKNOWN';

/** A consumer whose parked facts operators may see to. */
export interface ParkedFactsOptions {
  db: Database;
  runtime: Runtime;
  /** The consumer's name. */
  durable: string;
  /** What the consumer does with facts. */
  handle(facts: Fact[]): Promise<void>;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** ParkedFactService of common.v1, for the consumer of a service. */
export function parkedFactService(options: ParkedFactsOptions): Implementation {
  const { db, runtime, durable, handle } = options;
  return implement(ParkedFactServiceService, {
    async listParkedFacts({ limit, withDropped }, _call) {
      const most = Math.min(limit > 0 ? limit : DEFAULT_LIMIT, MAX_LIMIT);
      return { facts: await listParked(db, durable, withDropped, most) };
    },
    async retryParkedFacts({ factId }, { identity }) {
      const one = factId === '' ? undefined : known(factId);
      const { handled, failed } = await retryParked(db, durable, handle, one);
      if (one !== undefined && handled + failed === 0) throw unknown();
      runtime.log.info({ durable, handled, failed, operator: identity.id }, 'parked facts retried');
      return { handledCount: handled, failedCount: failed };
    },
    async dropParkedFact({ factId, reason }, { identity }) {
      if (reason.length < 1 || reason.length > 256) {
        const description = 'takes 1 to 256 characters';
        throw refuse('FIELD_INVALID', `reason ${description}`, {
          fields: [{ field: 'reason', description }],
        });
      }
      const by = { reason, operatorId: identity.id };
      const fact = await dropParked(db, durable, known(factId), by);
      if (!fact) throw unknown();
      runtime.log.warn({ durable, factId, reason, operator: identity.id }, 'a fact is given up');
      return { fact };
    },
  });
}

function known(factId: string): string {
  if (!isUuid(factId)) throw unknown();
  return factId;
}

function unknown() {
  return refuse('PARKED_FACT_UNKNOWN', 'no such fact is parked here');
}

function refuse(reason: ParkedReason, message: string, details?: RefusalDetails) {
  return new Refusal(reason, message, details);
}
