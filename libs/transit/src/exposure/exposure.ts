/** What decides how much can be lost by one grant in one currency. Amounts are minor units. */
export interface ExposureInput {
  readonly singleMinor: bigint;
  readonly totalMinor: bigint;
  readonly codes: number;
  /** Gates that are offline and take the currency. */
  readonly gates: number;
  /** From the grant's beginning to its end. */
  readonly validitySeconds: number;
  /** The longest that a gate goes without uploading: until then misuse is not seen. */
  readonly uploadSeconds: number;
  /** The longest until a gate has a new deny list: until then misuse is not stopped. */
  readonly denySeconds: number;
  /** The least time between two taps of one person at one gate. */
  readonly repeatSeconds: number;
}

/** What one grant can cost at worst. */
export interface Exposure {
  /** For how long it can be misused before every gate refuses it. */
  readonly windowSeconds: number;
  /** At one gate, which keeps both caps by itself. */
  readonly perGateMinor: bigint;
  /** At all gates together: each code shown at every one, in time. */
  readonly ridesMinor: bigint;
  /** What of that the issuer cannot ask of the person, who owes no more than the cap in all. */
  readonly lossMinor: bigint;
}

/**
 * The worst case of one grant: everybody has the phone's codes at every gate at once. It cannot be
 * made smaller offline, only bounded: by caps, by the number of gates, and by the time until all know.
 */
export function exposureOf(input: ExposureInput): Exposure {
  const windowSeconds = Math.min(input.validitySeconds, input.uploadSeconds + input.denySeconds);
  const inTime =
    input.repeatSeconds > 0 ? Math.floor(windowSeconds / input.repeatSeconds) + 1 : input.codes;
  const taps = BigInt(Math.min(input.codes, inTime));
  const perGateMinor = least(input.totalMinor, taps * input.singleMinor);
  const ridesMinor = perGateMinor * BigInt(input.gates);
  const owedMinor = least(ridesMinor, input.totalMinor);
  return { windowSeconds, perGateMinor, ridesMinor, lossMinor: ridesMinor - owedMinor };
}

/** The same for all grants that are out, by their kind. */
export function portfolioLoss(
  kinds: readonly { readonly grants: number; readonly exposure: ExposureInput }[],
): bigint {
  return kinds.reduce(
    (sum, { grants, exposure }) => sum + exposureOf(exposure).lossMinor * BigInt(grants),
    0n,
  );
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
