import { type CurrencyCode, parseMajor } from '@causeway/money';
import { isOffered } from '../currencies.ts';
import { type Pair, type PairKey, pairKey } from '../pairs.ts';

/** How far a position may be open before it is covered at once, in the payer's minor units. */
export interface CoverLimits {
  readonly byPair: ReadonlyMap<PairKey, bigint>;
  /** For pairs of this payer's currency without a limit of their own. */
  readonly byPayer: ReadonlyMap<CurrencyCode, bigint>;
}

const FORM = /^([A-Z]{3})(?:-([A-Z]{3}))?:([0-9]+(?:\.[0-9]+)?)$/;

/**
 * Reads 'HKD:100000,HKD-JPY:250000.50': amounts in major units of the payer's currency. Throws an
 * Error whose message ends the sentence "NAME …", or a MoneyError.
 */
export function parseCoverLimits(text: string): CoverLimits {
  const byPair = new Map<PairKey, bigint>();
  const byPayer = new Map<CurrencyCode, bigint>();
  for (const item of text.split(',').map((each) => each.trim())) {
    const [, payer = '', payee, amount = ''] = FORM.exec(item) ?? [];
    if (!isOffered(payer) || (payee !== undefined && !isOffered(payee)) || payer === payee) {
      throw new Error(`must be like HKD:100000 or HKD-JPY:250000, not ${item}`);
    }
    const minor = parseMajor(amount, payer);
    if (payee === undefined) byPayer.set(payer, minor);
    else byPair.set(pairKey(payer, payee), minor);
  }
  return { byPair, byPayer };
}

/** The limit of a pair; undefined where only an operator has it covered. */
export function limitOf({ byPair, byPayer }: CoverLimits, { from, to }: Pair): bigint | undefined {
  return byPair.get(pairKey(from, to)) ?? byPayer.get(from);
}

/** Whether a position is open by more than its limit, in whichever direction. */
export function isOverLimit(
  limits: CoverLimits,
  { from, to, payerOpen }: Pair & { payerOpen: bigint },
): boolean {
  const limit = limitOf(limits, { from, to });
  return limit !== undefined && (payerOpen < 0n ? -payerOpen : payerOpen) > limit;
}
