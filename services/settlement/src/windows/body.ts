import type { Side } from '../participants.ts';
import type { ConvertedTotal } from './items-store.ts';
import type { WindowKey, WindowSum } from './window.ts';

/** Amounts of one sum as a command carries them: minor units as decimal strings. */
type SumBody = {
  currencyCode: string;
  feeTier: number;
  valueDate: string;
  releaseDate: string | null;
} & { [Amount in MinorName]: string };

const MINORS = [
  'itemCount',
  'capturedMinor',
  'refundedMinor',
  'feesMinor',
  'adjustmentsMinor',
  'disputesMinor',
  'carriedMinor',
  'reserveMinor',
  'releasedMinor',
  'netMinor',
  'dueMinor',
  'monthVolumeMinor',
] as const;
type MinorName = (typeof MINORS)[number];

/** What `window.finish` says. */
export type FinalBody = {
  kind: string;
  id: string;
  clearingDate: string;
  agreementVersion: number;
  chargesThrough: string;
  sums: readonly SumBody[];
  refunds: readonly { currencyCode: string; minor: string }[];
  conversions: readonly { from: string; fromMinor: string; to: string; toMinor: string }[];
};

/** What a window comes to, with what moves in the books because it is final. */
export interface Final {
  agreementVersion: number;
  /** The place of the last command whose charges it takes. */
  chargesThrough: bigint;
  sums: readonly WindowSum[];
  /** Refunded, in the currencies that the bookings have on the participant's side. */
  refunds: readonly { currencyCode: string; minor: bigint }[];
  conversions: readonly ConvertedTotal[];
}

/** The key in a body. Throws for a side that there is not. */
export function keyFrom({
  kind,
  id,
  clearingDate,
}: {
  kind: string;
  id: string;
  clearingDate: string;
}): WindowKey {
  if (kind !== 'acquirer' && kind !== 'issuer') throw new Error(`no participant is a ${kind}`);
  return { participant: { kind: kind satisfies Side, id }, clearingDate };
}

/** The body of a command about a window. */
export function keyBody({ participant: { kind, id }, clearingDate }: WindowKey) {
  return { kind, id, clearingDate };
}

export function finalBody(key: WindowKey, final: Final): FinalBody {
  return {
    ...keyBody(key),
    agreementVersion: final.agreementVersion,
    chargesThrough: String(final.chargesThrough),
    sums: final.sums.map(sumBody),
    refunds: final.refunds.map(({ currencyCode, minor }) => ({
      currencyCode,
      minor: String(minor),
    })),
    conversions: final.conversions.map(({ fromCurrency, fromMinor, toCurrency, toMinor }) => ({
      ...{ from: fromCurrency, fromMinor: String(fromMinor) },
      ...{ to: toCurrency, toMinor: String(toMinor) },
    })),
  };
}

export function finalOf(body: FinalBody): Final {
  return {
    agreementVersion: body.agreementVersion,
    chargesThrough: BigInt(body.chargesThrough),
    sums: body.sums.map(sumOf),
    refunds: body.refunds.map(({ currencyCode, minor }) => ({
      currencyCode,
      minor: BigInt(minor),
    })),
    conversions: body.conversions.map(({ from, fromMinor, to, toMinor }) => ({
      ...{ fromCurrency: from, fromMinor: BigInt(fromMinor) },
      ...{ toCurrency: to, toMinor: BigInt(toMinor) },
    })),
  };
}

function sumBody(sum: WindowSum): SumBody {
  const { currencyCode, feeTier, valueDate, releaseDate } = sum;
  const minors = Object.fromEntries(MINORS.map((name) => [name, String(sum[name])]));
  return {
    ...(minors as Record<MinorName, string>),
    ...{ currencyCode, feeTier, valueDate, releaseDate: releaseDate ?? null },
  };
}

function sumOf(body: SumBody): WindowSum {
  const { currencyCode, feeTier, valueDate, releaseDate } = body;
  const minors = Object.fromEntries(MINORS.map((name) => [name, BigInt(body[name])]));
  return {
    ...(minors as Record<MinorName, bigint>),
    ...{ currencyCode, feeTier, valueDate, releaseDate: releaseDate ?? undefined },
  };
}
