import type { ReadCode } from '../code/code.ts';
import type { Forged } from '../code/verify.ts';
import { capIn } from '../grant/grant.ts';
import type { Tap } from '../tap/tap.ts';
import { type Finding, type Liable, liableFor } from './finding.ts';

/** What an earlier upload with the same key looked like. */
export interface EarlierTap extends Pick<Tap, 'operatorId' | 'gateId' | 'sequence'> {
  /** SHA-256 of what the user key signed, in any one notation. */
  readonly codeDigest: string;
}

/** Since when something of a tap is on the deny list. */
export interface Denied {
  /** The version of the trust bundle that it came with. */
  readonly sinceVersion: number;
  /** Unix milliseconds at which that version was published. */
  readonly sinceMs: number;
}

/** All that is known when a tap is judged. */
export interface Evidence {
  readonly tap: Tap;
  readonly code: ReadCode;
  readonly codeDigest: string;
  /** What `whyForged` said, with the keys as they are known at the upload. */
  readonly forged: Forged | undefined;
  /** Unix milliseconds, by the clock of whoever receives. */
  readonly receivedAtMs: number;
  /** Earlier uploads with the same key. */
  readonly earlier: readonly EarlierTap[];
  /** Other codes of the same grant that were uploaded: those next to this one in counter suffice. */
  readonly neighbours: readonly Pick<ReadCode, 'counter' | 'madeAt'>[];
  readonly denied?: Denied | undefined;
  /** Fares in the tap's currency that were ridden with the grant before, in all, in minor units. */
  readonly riddenMinor: bigint;
  /** Those of them that the same gate let in. */
  readonly riddenAtGateMinor: bigint;
  /** How many taps of the grant were replays before this one. */
  readonly replaysBefore: number;
}

/** What gates were told to keep, which uploads are held against. */
export interface UploadRules {
  /** How old a code may be at the gate, and how far ahead, without any flag. */
  readonly codeLifeSeconds: number;
  readonly aheadSeconds: number;
  /** The same with a flag, the clocks being believed to differ. */
  readonly flaggedSeconds: number;
  /** How far a gate's time may be ahead of the receiver's. */
  readonly receivedAheadSeconds: number;
  /** The oldest trust bundle that a gate may still open with. */
  readonly oldestTrustSeconds: number;
  /** The replay of a grant with which it is deny-listed: 1 for the first. */
  readonly replaysToDeny: number;
}

/** The rules that go with a gate's default policy. */
export const UPLOAD_RULES: UploadRules = {
  codeLifeSeconds: 30,
  aheadSeconds: 15,
  flaggedSeconds: 120,
  receivedAheadSeconds: 120,
  oldestTrustSeconds: 7 * 86_400,
  replaysToDeny: 2,
};

/** What is to be put on the deny list. */
export type ToDeny = 'grant' | 'key';

/** What an uploaded tap is, and who bears it. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly liable: Liable;
  readonly deny: readonly ToDeny[];
}

/** Judges an uploaded tap: a pure function, so that it can be judged again by anybody. */
export function classifyTap(evidence: Evidence, rules = UPLOAD_RULES): Verdict {
  const copies = ofCopies(evidence);
  const findings = copies.includes('UPLOADED_BEFORE')
    ? (['UPLOADED_BEFORE'] as const)
    : [
        ...(evidence.forged === undefined ? [] : (['FORGED_CODE'] as const)),
        ...copies,
        ...ofCounters(evidence, rules),
        ...ofClocks(evidence, rules),
        ...ofDenial(evidence, rules),
        ...ofCaps(evidence),
      ];
  const unique = [...new Set<Finding>(findings)];
  return { findings: unique, liable: liableFor(unique), deny: toDeny(unique, evidence, rules) };
}

function ofCopies({ tap, codeDigest, earlier }: Evidence): Finding[] {
  return earlier.map((other) => {
    if (other.codeDigest !== codeDigest) return 'CLONED_KEY';
    const isGate = other.operatorId === tap.operatorId && other.gateId === tap.gateId;
    if (!isGate) return 'REPLAYED_CODE';
    return other.sequence === tap.sequence ? 'UPLOADED_BEFORE' : 'REPEATED_AT_GATE';
  });
}

function ofCounters({ code, neighbours }: Evidence, { flaggedSeconds }: UploadRules): Finding[] {
  const runsAgainstTime = neighbours.some(
    (other) =>
      (other.counter > code.counter && other.madeAt < code.madeAt - flaggedSeconds) ||
      (other.counter < code.counter && other.madeAt > code.madeAt + flaggedSeconds),
  );
  return runsAgainstTime ? ['CLONED_KEY'] : [];
}

function ofClocks({ tap, code, receivedAtMs }: Evidence, rules: UploadRules): Finding[] {
  const findings: Finding[] = [];
  const ageMs = tap.tappedAtMs - code.madeAt * 1000;
  const isWithin = (oldest: number, ahead: number) =>
    ageMs <= oldest * 1000 && ageMs >= -ahead * 1000;
  const isFlagged = tap.flags.some((flag) => flag.startsWith('PHONE_CLOCK'));
  if (!isWithin(rules.codeLifeSeconds, rules.aheadSeconds)) {
    const isAllowed = isFlagged && isWithin(rules.flaggedSeconds, rules.flaggedSeconds);
    findings.push(isAllowed ? 'CLOCK_SKEW' : 'EXPIRED_CODE_ACCEPTED');
  }
  if (tap.flags.some((flag) => flag.startsWith('GATE_CLOCK'))) findings.push('CLOCK_SKEW');
  if (tap.tappedAtMs > receivedAtMs + rules.receivedAheadSeconds * 1000) {
    findings.push('GATE_CLOCK_AHEAD');
  }
  const { notBefore, expiresAt } = code.grant.grant;
  const slackMs = rules.aheadSeconds * 1000;
  const isOutside =
    tap.tappedAtMs >= expiresAt * 1000 || tap.tappedAtMs < notBefore * 1000 - slackMs;
  if (isOutside) findings.push('EXPIRED_GRANT_ACCEPTED');
  return findings;
}

function ofDenial({ tap, denied }: Evidence, rules: UploadRules): Finding[] {
  if (denied === undefined) return [];
  const hadToKnow = tap.tappedAtMs >= denied.sinceMs + rules.oldestTrustSeconds * 1000;
  const didKnow = tap.trustVersion >= denied.sinceVersion;
  return [didKnow || hadToKnow ? 'DENY_LISTED_BEFORE' : 'DENY_LISTED_LATER'];
}

function ofCaps({ tap, code, riddenMinor, riddenAtGateMinor }: Evidence): Finding[] {
  const { grant } = code.grant;
  const findings: Finding[] = code.counter > grant.codes ? ['CODES_USED_UP'] : [];
  const cap = capIn(grant, tap.currencyCode);
  if (cap === undefined || tap.fareMinor > cap.singleMinor) findings.push('OVER_SINGLE_CAP');
  const totalMinor = cap?.totalMinor ?? 0n;
  if (riddenAtGateMinor + tap.fareMinor > totalMinor) findings.push('OVER_TOTAL_CAP_AT_GATE');
  else if (riddenMinor + tap.fareMinor > totalMinor) findings.push('OVER_TOTAL_CAP');
  return findings;
}

function toDeny(
  findings: readonly Finding[],
  { replaysBefore }: Evidence,
  { replaysToDeny }: UploadRules,
): ToDeny[] {
  // A forgery says nothing about the holder of the grant, who may have no part in it.
  if (findings.includes('FORGED_CODE')) return [];
  if (findings.includes('CLONED_KEY')) return ['grant', 'key'];
  const isReplayed = findings.includes('REPLAYED_CODE') && replaysBefore + 1 >= replaysToDeny;
  return isReplayed ? ['grant'] : [];
}
