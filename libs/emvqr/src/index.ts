export type { CpmFields, CpmObject } from './cpm/ber.ts';
export { decodeCpm } from './cpm/decode.ts';
export { encodeCpm } from './cpm/encode.ts';
export { decode } from './decode.ts';
export {
  GUID,
  type MerchantAccount,
  merchantAccountOf,
  merchantAccounts,
  type Scheme,
} from './mpm/accounts.ts';
export { decodeMpm } from './mpm/decode.ts';
export { encodeMpm } from './mpm/encode.ts';
export { type MpmFields, type Template, tagOf } from './mpm/fields.ts';
export { type Price, priceOf, type Tip } from './mpm/price.ts';
export type { Decoded, Encoded, Policy, Problem, ProblemCode } from './problem.ts';
