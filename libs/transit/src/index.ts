export { equalBytes, fromHex, toHex } from './bytes.ts';
export { MalformedError } from './cbor/value.ts';
export type { CodeStatement, ReadCode, TapKey } from './code/code.ts';
export { readCode, signCode, tapKeyOf } from './code/sign.ts';
export { codeBytes, codeText } from './code/text.ts';
export {
  type Forged,
  isSignedByUser,
  type Read,
  readCodeBytes,
  readCodeText,
  whyForged,
  whyGrantForged,
} from './code/verify.ts';
export {
  ALGORITHMS,
  type Algorithm,
  type Cryptography,
  PUBLIC_KEY_BYTES,
  type PublicKey,
  type Signer,
} from './crypto/algorithm.ts';
export { webCryptography } from './crypto/web.ts';
export {
  type Exposure,
  type ExposureInput,
  exposureOf,
  portfolioLoss,
} from './exposure/exposure.ts';
export {
  type CapPolicy,
  type CapReason,
  type GrantTerms,
  nextTerms,
  type Observed,
} from './exposure/policy.ts';
export {
  Gate,
  type GateAnswer,
  type GateOptions,
  type GateRide,
  type OpenedGate,
} from './gate/gate.ts';
export { type Judged, judge, type RideAsked, type Situation } from './gate/judge.ts';
export { GateMemory, type RememberedTap } from './gate/memory.ts';
export { GATE_POLICY, type GatePolicy } from './gate/policy.ts';
export { type GateTime, judgeTime } from './gate/time.ts';
export { type GateVerdict, type Judging, judgingBy, verdictOn } from './gate/verdict.ts';
export type { WaitingTap } from './gate/waiting.ts';
export type { GateClock } from './gate/watch.ts';
export {
  type Cap,
  capIn,
  FX_RULES,
  type FxRule,
  type Grant,
  type SignedGrant,
} from './grant/grant.ts';
export { type ReadGrant, readGrant, signGrant } from './grant/sign.ts';
export { Journal, type JournalFile, type Opened } from './journal/journal.ts';
export type { Money } from './money.ts';
export {
  type NoCode,
  Phone,
  type PhoneClock,
  type PhoneCode,
  type PhoneState,
  type PhoneStore,
  type Wanted,
} from './phone/phone.ts';
export {
  afterTransfer,
  type EarlierRide,
  type Fare,
  fareBetween,
  fareOfTap,
  highestFare,
} from './rides/fares.ts';
export { otherEnd, type PairTap } from './rides/pair.ts';
export type { FareRule, Tariff, TransferRule, WayFare } from './rides/tariff.ts';
export { SCENES, type Scene, sceneOf } from './scene.ts';
export { OUTCOME_OF, OUTCOMES, type Outcome, type Reason } from './tap/outcome.ts';
export { decodeTapRecord, encodeTapRecord, PLACE_ID, type TapRecord } from './tap/record.ts';
export { TAP_FLAGS, TAP_KINDS, type Tap, type TapFlag, type TapKind } from './tap/tap.ts';
export { TrustBundle } from './trust/bundle.ts';
export type { TrustChange } from './trust/changes.ts';
export {
  type Ceiling,
  DENY_KINDS,
  type DenyEntry,
  type DenyKind,
  type RootKey,
} from './trust/content.ts';
export { type IssuerKey, type IssuerKeys, issuerKeys } from './trust/keys.ts';
export {
  type Disbelieved,
  type Learned,
  learn,
  type Published,
  publishProof,
  publishUpdate,
  publishWhole,
  type Root,
} from './trust/update.ts';
export {
  type CopyEvidence,
  type Denied,
  type Evidence,
  type Finding,
  judgeCopy,
  judgeTap,
  type Liable,
  type Ruling,
} from './upload/rules.ts';
export { type CheckedVector, type CheckedVectors, checkVectors } from './vectors/check.ts';
export { VectorError } from './vectors/file.ts';
