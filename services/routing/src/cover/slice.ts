/** Whose cover, in which currency. */
export interface CoverKey {
  side: 'acquirer' | 'issuer';
  /** The partner id of an acquirer, the issuer id of a wallet operator. */
  id: string;
  currencyCode: string;
}

/** Totals since a slice began, in minor units; they never fall. */
export interface SliceTotals {
  leasedMinor: bigint;
  returnedMinor: bigint;
  reservedMinor: bigint;
  givenBackMinor: bigint;
}

/** What settlement leased to this database of one participant's cover. */
export interface Slice extends CoverKey, SliceTotals {
  /** Whether payments must be reserved from it. */
  isLimited: boolean;
  /** What of reserved less given back no payment accounts for. */
  lostMinor: bigint;
  /** How much is to be held unused. */
  targetMinor: bigint;
}

/** What settlement answers of one slice. */
export interface Grant extends CoverKey {
  /** All that was leased since the slice began. */
  leasedMinor: bigint;
  targetMinor: bigint;
  /** The highest totals that were ever reported. */
  known: SliceTotals;
}

/** One text for one participant and currency. */
export function sliceKey({ side, id, currencyCode }: CoverKey): string {
  return [side, currencyCode, id].join(' ');
}

/** A slice that nothing was leased to yet. */
export function emptySlice({ side, id, currencyCode }: CoverKey): Slice {
  return {
    ...{ side, id, currencyCode, isLimited: true },
    ...{ leasedMinor: 0n, returnedMinor: 0n, reservedMinor: 0n, givenBackMinor: 0n },
    ...{ lostMinor: 0n, targetMinor: 0n },
  };
}

/** What payments may still reserve. */
export function freeMinor(slice: SliceTotals): bigint {
  return slice.leasedMinor - slice.returnedMinor - slice.reservedMinor + slice.givenBackMinor;
}

/** Whether this database tells less than it told before, and so was restored from a backup. */
export function isRestored(slice: SliceTotals, known: SliceTotals): boolean {
  return (
    slice.reservedMinor < known.reservedMinor ||
    slice.givenBackMinor < known.givenBackMinor ||
    slice.returnedMinor < known.returnedMinor
  );
}

/**
 * The slice after settlement's answer. After a restore of this database nobody here knows what was
 * spent since the backup, so all that the slice holds is written off. Pure.
 */
export function accepted(slice: Slice, grant: Grant): Slice {
  const told: Slice = {
    ...slice,
    isLimited: true,
    leasedMinor: max(slice.leasedMinor, grant.leasedMinor),
    targetMinor: grant.targetMinor,
  };
  return isRestored(slice, grant.known) ? writtenOff(told, grant.known) : told;
}

function writtenOff(slice: Slice, known: SliceTotals): Slice {
  const raised: Slice = {
    ...slice,
    leasedMinor: max(slice.leasedMinor, known.leasedMinor),
    returnedMinor: max(slice.returnedMinor, known.returnedMinor),
    reservedMinor: max(slice.reservedMinor, known.reservedMinor),
    givenBackMinor: max(slice.givenBackMinor, known.givenBackMinor),
  };
  const free = freeMinor(raised);
  // The highest of each may have been reported at different times.
  const spent: Slice =
    free >= 0n
      ? { ...raised, reservedMinor: raised.reservedMinor + free }
      : { ...raised, givenBackMinor: raised.givenBackMinor - free };
  const lostMinor = slice.lostMinor + netMinor(spent) - netMinor(slice);
  return { ...spent, lostMinor };
}

/** What payments hold of the slice. */
function netMinor({ reservedMinor, givenBackMinor }: SliceTotals): bigint {
  return reservedMinor - givenBackMinor;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
