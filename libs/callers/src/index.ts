export { type Caller, type Callers, openCallers, type WalletApp } from './callers.ts';
export { isUnavailable } from './failures.ts';
export {
  type Databases,
  databasesIn,
  findStack,
  StackNotRunningError,
  type StackPlace,
} from './stack.ts';
