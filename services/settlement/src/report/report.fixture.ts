import { WindowState, type WindowSum } from '@causeway/proto/settlement';
import { uuidFrom } from '@causeway/runtime';
import { capture, DAY, refund } from '../files/files.fixture.ts';
import { toParticipant } from '../participants.ts';
import type { DayReport } from './gather.ts';
import type { HourVolume } from './store.ts';

const SAKURA = { kind: 'acquirer', id: 'sakura' } as const;

/** A sum with every part, in minor units. */
function sumOf(currencyCode: string, capturedMinor: bigint): WindowSum {
  const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
  return {
    ...{ currencyCode, itemCount: 260n, captured: money(capturedMinor) },
    ...{ refunded: money(capturedMinor / 12n), fees: money(capturedMinor / 80n) },
    ...{ adjustments: money(-1_200n), disputes: money(0n), carried: money(9_500n) },
    ...{ reserveHeld: money(capturedMinor / 20n), reserveReleased: money(4_000n) },
    ...{ net: money((capturedMinor * 17n) / 20n), due: money((capturedMinor * 17n) / 20n) },
    ...{ valueDate: '2026-03-17', feeTier: 2, monthVolume: money(0n) },
  };
}

function hour(currencyCode: string, at: number, capturedMinor: bigint): HourVolume {
  const refundedMinor = at % 5 === 0 ? capturedMinor / 3n : 0n;
  return {
    ...{ currencyCode, hour: at, captureCount: BigInt(at), capturedMinor },
    ...{ refundCount: refundedMinor > 0n ? 1n : 0n, refundedMinor },
  };
}

/** A day with something of everything. */
export function dayReport(changes: Partial<DayReport> = {}): DayReport {
  const at = new Date(Date.UTC(2026, 2, 13, 15));
  const hours = Array.from({ length: 15 }, (_, index) => index + 8);
  return {
    ...{ participant: SAKURA, clearingDate: DAY, timeZone: 'Asia/Tokyo' },
    window: {
      ...{ participant: toParticipant(SAKURA), clearingDate: DAY, state: WindowState.SETTLED },
      ...{ closedEarly: true, agreementVersion: 3, endReference: 'ZENGIN-20260317-17' },
      ...{ openTime: at, closeTime: at, finalTime: at, endTime: at },
      sums: [sumOf('JPY', 1_284_000n), sumOf('THB', 93_800_00n)],
    },
    hours: [
      ...hours.map((each) => hour('JPY', each, BigInt((each * 7_919) % 97) * 1_000n)),
      ...hours.slice(4).map((each) => hour('THB', each, BigInt((each * 6_007) % 89) * 10_000n)),
    ],
    fx: ['JPY', 'THB'].map((payeeCurrency, index) => ({
      ...{ payerCurrency: 'HKD', payeeCurrency, count: 120n, payeeMinor: 1_284_000n },
      ...{ payerMinor: 65_870_12n, midMinor: 64_880_00n, markupMinor: 989_00n - BigInt(index) },
      residualMinor: 1_12n + BigInt(index),
    })),
    merchants: Array.from({ length: 8 }, (_, index) => ({
      ...{ merchantId: uuidFrom('merchant', String(index)), currencyCode: 'JPY' },
      ...{ captureCount: 30n - BigInt(index), capturedMinor: 200_000n / BigInt(index + 1) },
      refundedMinor: 1_000n,
    })),
    corrections: [
      {
        ...{ chargeId: uuidFrom('charge'), kind: 'adjustment', currencyCode: 'JPY' },
        ...{ amountMinor: -1_200n, reference: 'ticket 4711', commandSeq: 9n, recordedAt: at },
      },
    ],
    moreCorrections: 0,
    items: Array.from({ length: 200 }, (_, n) => (n % 9 === 4 ? refund(n) : capture(n))),
    certificate: {
      ...{ sha256: 'ab'.repeat(32), keyId: 'c3'.repeat(16) },
      roots: [{ currencyCode: 'JPY', treeRoot: 'e7'.repeat(32) }],
    },
    ...changes,
  };
}
