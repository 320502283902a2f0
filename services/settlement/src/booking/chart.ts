import { type AccountDefinition, houseAccountId, type Side } from '@causeway/ledger';
import { uuidFrom } from '@causeway/runtime';

/** What the switch keeps accounts for, and the side on which each grows. */
const NORMAL_SIDES = {
  /** What wallet operators owe for captured payments. */
  issuer_receivable: 'debit',
  /** What wallet operators are owed for refunds. */
  issuer_refunds: 'credit',
  /** What acquirers are owed for captured payments. */
  acquirer_payable: 'credit',
  /** What acquirers owe for refunds. */
  acquirer_refunds: 'debit',
  /** Where the two currencies of a payment meet: the switch's open position in each. */
  fx_clearing: 'credit',
  /** What the markup earns. */
  markup_income: 'credit',
  /** What rounding up to whole minor units adds. */
  rounding: 'credit',
} as const satisfies Record<string, Side>;

/** The purpose of an account. */
export type AccountCode = keyof typeof NORMAL_SIDES;

/** The owner of the switch's own accounts. */
export const HOUSE = 'house';

/** One account before it has a currency and a lane. */
export interface AccountName {
  code: AccountCode;
  /** The participant it is about, or `HOUSE`. */
  owner: string;
}

/**
 * The account of this name in a currency and lane. All may go negative: a cancel may be booked
 * before its capture, and what a participant may owe is decided before the payment, not here.
 */
export function accountOf(
  { code, owner }: AccountName,
  currencyCode: string,
  lane: number,
): AccountDefinition {
  const accountId =
    owner === HOUSE
      ? houseAccountId(code, currencyCode, lane)
      : uuidFrom('settlement.account', code, owner, currencyCode, String(lane));
  const normalSide = NORMAL_SIDES[code];
  return { lane, accountId, owner, code, currencyCode, normalSide, mayGoNegative: true };
}
