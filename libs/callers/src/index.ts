export { type Caller, type Callers, openCallers, type WalletApp } from './callers.ts';
export { isUnavailable } from './failures.ts';
export {
  findStack,
  StackNotRunningError,
  type StackPlace,
} from './stack.ts';
export { runVerifier, type Verification, type VerifyOptions } from './verifier.ts';
