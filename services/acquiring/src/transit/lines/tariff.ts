import { currency } from '@causeway/money';
import { type TransitLine, TransitTapKind } from '@causeway/proto/acquiring';
import type { FareRule, Tap, Tariff } from '@causeway/transit';

/** A line's fares in the terms of the rules. Throws where the line has none. */
export function tariffOf({ lineId, fare, transfer, currencyCode }: TransitLine): Tariff {
  return { lineId, transfer, fare: ruleOf(fare), stepMinor: currency(currencyCode).step };
}

function ruleOf(fare: TransitLine['fare']): FareRule {
  switch (fare?.$case) {
    case 'flat':
      return { kind: 'flat', fareMinor: fare.value.fareMinor };
    case 'metered':
      return { kind: 'amount', mostMinor: fare.value.maxFareMinor };
    case 'distance': {
      const { fares, maxFareMinor, maxRideSeconds } = fare.value;
      return {
        ...{ kind: 'way', fares, maximumMinor: maxFareMinor },
        longestRideSeconds: maxRideSeconds,
      };
    }
    case undefined:
      throw new Error('a line without a fare');
  }
}

const KINDS: Partial<Record<TransitTapKind, Tap['kind']>> = {
  [TransitTapKind.FLAT]: 'flat',
  [TransitTapKind.ENTRY]: 'entry',
  [TransitTapKind.EXIT]: 'exit',
  [TransitTapKind.AMOUNT]: 'amount',
};

/** A tap's kind by its name. Throws for what is none. */
export function kindName(kind: TransitTapKind): Tap['kind'] {
  const name = KINDS[kind];
  if (name === undefined) throw new Error(`${kind} is no kind of tap`);
  return name;
}
