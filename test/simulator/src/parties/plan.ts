import type { Chance } from '../kernel/chance.ts';

/** How a payment is made. */
type Way = 'code' | 'order' | 'scanned';

/** A part of a payment that is asked back. */
export interface RefundPlan {
  name: string;
  /** After the payment has succeeded, in milliseconds. */
  afterMs: number;
  /** Of the payee's amount, in hundredths; more than all of it may be asked for. */
  hundredths: bigint;
}

/** What the people behind one payment do, all of it drawn before it begins. */
export interface PaymentPlan {
  /** `P1`, as stories name it. */
  name: string;
  way: Way;
  startMs: number;
  currencyCode: string;
  amountMinor: bigint;
  /** Which of the wallets pays, counted from 0. */
  wallet: number;
  /** Another wallet that wants to pay the same order; undefined where there is none. */
  rival: number | undefined;
  /** Whether another payment, the one before it, has the same code. */
  sharesCode: boolean;
  /** When its acquirer cancels, in milliseconds from its start; below zero before it is made. */
  cancelMs: number | undefined;
  /** When its acquirer asks for it again, with the same words. */
  repeatMs: number | undefined;
  /** When its acquirer uses its request id for another amount. */
  misuseMs: number | undefined;
  refunds: readonly RefundPlan[];
  /** For how long an order waits, and when its payer comes; undefined where none comes. */
  ttlSeconds: number;
  payerMs: number | undefined;
}

const CURRENCIES = ['JPY', 'JPY', 'JPY', 'THB', 'KWD', 'HKD'] as const;
/** About HKD 2,000, in minor units of the currency. */
const MOST: Record<(typeof CURRENCIES)[number], number> = {
  ...{ JPY: 40_000, THB: 880_000, KWD: 79_000, HKD: 200_000 },
};

/** The n-th payment of a history, begun within so many milliseconds, by one of so many wallets. */
export function planOf(chance: Chance, n: number, withinMs: number, wallets: number): PaymentPlan {
  const name = `P${n}`;
  const draw = (what: string) => `${name} ${what}`;
  const sometimes = (what: string, probability: number, from: number, to: number) =>
    chance.happens(draw(`has ${what}`), probability)
      ? chance.between(draw(what), from, to)
      : undefined;
  const currencyCode = chance.pick(draw('currency'), CURRENCIES);
  const way = chance.pick<Way>(draw('way'), ['code', 'code', 'code', 'order', 'scanned']);
  const most = chance.happens(draw('is small'), 0.3) ? 300 : MOST[currencyCode];
  const wallet = chance.between(draw('wallet'), 0, wallets - 1);
  return {
    ...{ name, way, currencyCode, wallet },
    startMs: chance.between(draw('start'), 0, withinMs),
    amountMinor: BigInt(chance.between(draw('amount'), 1, most)),
    rival: way === 'order' ? sometimes('rival', 0.3, 0, wallets - 1) : undefined,
    sharesCode: way === 'code' && chance.happens(draw('shares its code'), 0.1),
    cancelMs: way === 'scanned' ? undefined : sometimes('cancel', 0.3, -200, 12_000),
    repeatMs: sometimes('repeat', 0.3, 0, 5_000),
    misuseMs: sometimes('misuse', 0.05, 0, 5_000),
    refunds: refundsOf(chance, name),
    ttlSeconds: chance.between(draw('ttl'), 5, 40),
    payerMs: chance.happens(draw('payer comes'), 0.9)
      ? chance.between(draw('payer'), 0, 20_000)
      : undefined,
  };
}

function refundsOf(chance: Chance, name: string): RefundPlan[] {
  if (!chance.happens(`${name} is refunded`, 0.3)) return [];
  const count = chance.between(`${name} refunds`, 1, 4);
  return Array.from({ length: count }, (_, index) => {
    const refund = `R${index + 1}`;
    return {
      name: refund,
      afterMs: chance.between(`${name} ${refund} after`, 0, 3_000),
      hundredths: BigInt(chance.between(`${name} ${refund} share`, 1, 80)),
    };
  });
}
