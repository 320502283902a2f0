import type { Database } from '@causeway/db';
import type { ExecuteTradeRequest, ExecuteTradeResponse } from '@causeway/proto/fx';
import type { Runtime } from '@causeway/runtime';
import type { CurrencyClass } from '../currencies.ts';
import type { CoverLimits } from '../exposures/limits.ts';
import type { PriceBook } from '../sources/price-book.ts';

/** Asks one provider to trade. Rejects where it is not known what came of it. */
export type AskToTrade = (request: ExecuteTradeRequest) => Promise<ExecuteTradeResponse>;

/** What covering works with. */
export interface Treasury {
  db: Database;
  runtime: Runtime;
  book: PriceBook;
  limits: CoverLimits;
  /** The providers that can be asked, by their ids. */
  providers: ReadonlyMap<string, AskToTrade>;
  /** How far a provider's middle may be from the others' for it to be asked. */
  offerDistanceBps: Readonly<Record<CurrencyClass, number>>;
  /** How much worse than its offer a provider may execute. */
  slippageBps: number;
  /** For how long a provider that refused a pair is not asked for it again. */
  refusalPauseMs: number;
}
