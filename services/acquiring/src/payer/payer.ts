import type { Runtime } from '@causeway/runtime';
import type { AgreementRow } from '../agreements/store.ts';
import type { Lookup } from '../lookups.ts';
import type { AskOwnTables } from '../own-tables.ts';
import type { Routed } from '../routed.ts';
import type { Reader } from './read-payload.ts';

/** What the operations for payers work with. */
export interface Payer extends Reader {
  runtime: Runtime;
  routed: Routed;
  findAgreement: Lookup<AgreementRow>;
  own: AskOwnTables;
}
