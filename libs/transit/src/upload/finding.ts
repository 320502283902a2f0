/** What an uploaded tap turns out to be, apart from being one. Several may hold of one tap. */
export const FINDINGS = [
  /** The same tap of the same gate was uploaded before: nothing happens. */
  'UPLOADED_BEFORE',
  /** The code was not signed as it claims, or by a key that was revoked or unknown. */
  'FORGED_CODE',
  /** The same code, shown at another gate or at another time. */
  'REPLAYED_CODE',
  /** The same gate took the same code twice, which it must not. */
  'REPEATED_AT_GATE',
  /** Two different codes with one counter, or counters that run against time: the key is in two places. */
  'CLONED_KEY',
  /** The clocks of phone and gate were farther apart than codes live. */
  'CLOCK_SKEW',
  /** The gate says a time that has not come yet. */
  'GATE_CLOCK_AHEAD',
  /** The code had expired at the gate's own time, and no rule let it in. */
  'EXPIRED_CODE_ACCEPTED',
  /** The grant had ended, or not begun, at the gate's own time. */
  'EXPIRED_GRANT_ACCEPTED',
  /** It is on the deny list now, and was not on the one that the gate had to have. */
  'DENY_LISTED_LATER',
  /** It was on the deny list that the gate had, or had to have. */
  'DENY_LISTED_BEFORE',
  /** More than one ride may cost. */
  'OVER_SINGLE_CAP',
  /** More than all rides may cost, which one gate could have known. */
  'OVER_TOTAL_CAP_AT_GATE',
  /** More than all rides may cost, which only all gates together could have known. */
  'OVER_TOTAL_CAP',
  /** A counter beyond the number of codes. */
  'CODES_USED_UP',
] as const;

/** One thing found about a tap. */
export type Finding = (typeof FINDINGS)[number];

/**
 * Who bears a tap's fare.
 *
 * - `user`: the wallet is debited and the operator paid, as for every honest tap.
 * - `issuer`: the operator kept the rules and is paid; the wallet operator bears it.
 * - `operator`: the gate broke a rule; nobody pays.
 * - `nobody`: no fare arises, since it is a tap already counted.
 */
export type Liable = 'user' | 'issuer' | 'operator' | 'nobody';

/** Who bears what is found. A finding that is not here leaves the fare with the user. */
const BORNE_BY: Readonly<Partial<Record<Finding, Liable>>> = {
  UPLOADED_BEFORE: 'nobody',
  FORGED_CODE: 'operator',
  REPEATED_AT_GATE: 'operator',
  EXPIRED_CODE_ACCEPTED: 'operator',
  EXPIRED_GRANT_ACCEPTED: 'operator',
  DENY_LISTED_BEFORE: 'operator',
  OVER_SINGLE_CAP: 'operator',
  OVER_TOTAL_CAP_AT_GATE: 'operator',
  CODES_USED_UP: 'operator',
  REPLAYED_CODE: 'issuer',
  DENY_LISTED_LATER: 'issuer',
  OVER_TOTAL_CAP: 'issuer',
};

/**
 * Who bears a tap with these findings: nothing is charged twice for one tap; a gate that broke a rule
 * bears it whatever else holds; whoever's key signed two codes with one counter bears both, for no
 * other can have made them; and what no gate could know is the issuer's, who promised.
 */
export function liableFor(findings: readonly Finding[]): Liable {
  const borne = new Set(findings.map((finding) => BORNE_BY[finding] ?? 'user'));
  if (borne.has('nobody')) return 'nobody';
  if (borne.has('operator')) return 'operator';
  if (findings.includes('CLONED_KEY')) return 'user';
  return borne.has('issuer') ? 'issuer' : 'user';
}
