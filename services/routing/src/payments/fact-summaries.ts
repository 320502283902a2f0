import type { FactSummary } from '@causeway/proto/routing';
import type { FactSummaryRow } from './store.ts';

/** The history of a payment as operators read it. */
export function factSummaries(facts: readonly FactSummaryRow[]): FactSummary[] {
  return facts.map((fact) => ({
    factId: fact.fact_id,
    version: BigInt(fact.version),
    kind: kindInWords(fact.kind),
    occurTime: fact.occurred_at,
    detail: `made version ${fact.version}`,
  }));
}

/** As acquirers' feeds call it: `payment.succeeded`, `refund.accepted`. */
function kindInWords(kind: string): string {
  return kind.startsWith('refund_') ? kind.replace('_', '.') : `payment.${kind}`;
}
