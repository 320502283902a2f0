export {
  type Account,
  type AccountDefinition,
  type AccountRef,
  availableMinor,
  postedMinor,
  type Side,
} from './account.ts';
export { houseAccountId, openAccounts } from './accounts.ts';
export { applyTransfers } from './apply.ts';
export { ledgerBreaches } from './audit-store.ts';
export type { Books, TransferRefs } from './books.ts';
export { decide } from './decide.ts';
export { default as ledgerSql } from './ledger.sql';
export { loadBooks } from './load.ts';
export { balances, type Entry, type StatementPage, statement } from './read.ts';
export type {
  Outcome,
  Rejection,
  Transfer,
  TransferKind,
  TransferResult,
} from './transfer.ts';
export { writeBooks } from './write.ts';
