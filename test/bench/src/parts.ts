import { ClearingPart } from './clearing/part.ts';
import { GrowthPart } from './growth/part.ts';
import { LedgerPart } from './ledger/part.ts';
import { LimitsPart } from './limits/part.ts';
import type { Part } from './part.ts';
import { PaymentsPart } from './payments/part.ts';
import { StartPart } from './payments/start/start.ts';
import { PricesPart } from './prices/part.ts';
import { ReconcilePart } from './reconcile/part.ts';
import { RoutesPart } from './routes/part.ts';
import { ScalePart } from './scale/part.ts';
import { TransitPart } from './transit/part.ts';

/** Every part, in the order in which they take turns within a round. */
export function allParts(): Part[] {
  return [
    new LimitsPart(),
    new PaymentsPart(),
    new LedgerPart(),
    new PricesPart(),
    new RoutesPart(),
    new TransitPart(),
    new ReconcilePart(),
    new ClearingPart(),
    new GrowthPart(),
    new ScalePart(),
    new StartPart(),
  ];
}
