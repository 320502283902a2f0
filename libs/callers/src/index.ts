export {
  type Caller,
  type Callers,
  FACT_CONSUMERS,
  type FactConsumer,
  openCallers,
  PROJECTORS,
  type Projector,
  type WalletApp,
} from './callers.ts';
export { downloadDay, type SavedDay } from './clearing-day.ts';
export { isUnavailable } from './failures.ts';
export { type CheckedItems, checkItemsFile, eachLine } from './items-file.ts';
export {
  findStack,
  StackNotRunningError,
  type StackPlace,
} from './stack.ts';
export { runVerifier, type Verification, type VerifyOptions } from './verifier.ts';
