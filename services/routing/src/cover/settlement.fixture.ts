import type {
  LeaseCoverRequest,
  LeaseCoverResponse,
  SliceGrant,
  SliceReport,
} from '@causeway/proto/settlement';

interface Covered {
  coverMinor: bigint;
  known: SliceReport;
}

/**
 * Settlement's end of the slices, in memory: totals that only rise, and never more than the cover.
 * Nothing is ever booked, so all that is spent stays leased.
 */
export class FakeSettlement {
  readonly #covered = new Map<string, Covered>();
  /** How often it was asked by somebody who needed cover. */
  needCalls = 0;
  isDown = false;
  /** A slice is at least so much where there is cover. */
  aheadMinor = 0n;

  /** Limits a participant. */
  limit(side: 'acquirer' | 'issuer', participantId: string, currencyCode: string, minor: bigint) {
    const participant = { participantKind: side === 'acquirer' ? 1 : 2, participantId };
    const named = { participant, currencyCode };
    const known = { ...named, leasedMinor: 0n, returnedMinor: 0n };
    const covered = this.#covered.get(textOf(named)) ?? {
      coverMinor: minor,
      known: { ...known, reservedMinor: 0n, givenBackMinor: 0n },
    };
    this.#covered.set(textOf(named), { ...covered, coverMinor: minor });
  }

  lift(): void {
    this.#covered.clear();
  }

  /** All that was leased and not returned, in minor units. */
  outstandingMinor(): bigint {
    const known = [...this.#covered.values()].map((one) => one.known);
    return known.reduce((sum, one) => sum + one.leasedMinor - one.returnedMinor, 0n);
  }

  leaseCover = async (request: LeaseCoverRequest): Promise<LeaseCoverResponse> => {
    if (this.isDown) throw new Error('settlement is down');
    for (const report of request.reports) this.#report(report);
    this.needCalls += request.needs.length;
    const grants = [...this.#covered].map(([text, covered]) => {
      const need = request.needs.find((one) => textOf(one) === text);
      const isKnown = need || request.reports.some((one) => textOf(one) === text);
      return this.#grant(covered, need?.amountsMinor ?? [], isKnown !== false);
    });
    return { grants };
  };

  #report(report: SliceReport): void {
    const covered = this.#covered.get(textOf(report));
    if (!covered) return;
    const { known } = covered;
    covered.known = {
      ...known,
      leasedMinor: max(known.leasedMinor, report.leasedMinor),
      returnedMinor: max(known.returnedMinor, report.returnedMinor),
      reservedMinor: max(known.reservedMinor, report.reservedMinor),
      givenBackMinor: max(known.givenBackMinor, report.givenBackMinor),
    };
  }

  #grant(covered: Covered, amounts: readonly bigint[], isKnown: boolean): SliceGrant {
    const { known, coverMinor } = covered;
    const freeMinor =
      known.leasedMinor - known.returnedMinor - known.reservedMinor + known.givenBackMinor;
    const leftMinor = coverMinor - known.leasedMinor + known.returnedMinor;
    let fittingMinor = 0n;
    for (const amount of amounts.toSorted((a, b) => (a < b ? -1 : 1))) {
      if (fittingMinor + amount <= freeMinor + leftMinor) fittingMinor += amount;
    }
    const wantedMinor = max(fittingMinor, isKnown ? this.aheadMinor : 0n) - freeMinor;
    const grantedMinor = min(max(wantedMinor, 0n), max(leftMinor, 0n));
    covered.known = { ...known, leasedMinor: known.leasedMinor + grantedMinor };
    const { participant, currencyCode, leasedMinor } = covered.known;
    return {
      ...{ participant, currencyCode, leasedMinor, targetMinor: this.aheadMinor },
      exhausted: amounts.reduce((sum, amount) => sum + amount, 0n) > fittingMinor,
      known: covered.known,
    };
  }
}

function textOf({ participant, currencyCode }: Pick<SliceReport, 'participant' | 'currencyCode'>) {
  return `${participant?.participantKind} ${participant?.participantId} ${currencyCode}`;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
