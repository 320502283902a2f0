import { type AccountDefinition, houseAccountId } from '@causeway/ledger';
import { LANES, uuidFrom } from '@causeway/runtime';

/** The house's own accounts: what each is for, and the side on which it grows. */
const HOUSE = {
  float: 'debit',
  payable_to_switch: 'credit',
  unclaimed: 'credit',
  fees: 'credit',
  corrections: 'credit',
} as const;

/**
 * The chart of accounts of one wallet operator. Each house account has one sub-account per lane,
 * and each wallet one account, whose id is the wallet's, and one of arrears once it has signed an
 * agreement.
 */
export interface Chart {
  currencyCode: string;
  /** The money that backs the wallets. */
  float(lane: number): string;
  /** What was paid through the switch and is not settled yet. */
  payable(lane: number): string;
  /** Refunds for wallets that were closed before they came. */
  unclaimed(lane: number): string;
  /** What the operator earned by payments and has not taken out. */
  fees(lane: number): string;
  /** What the switch corrected in the operator's favour, less what to its cost. */
  corrections(lane: number): string;
  /** All house accounts, for opening them when the service starts. */
  houseAccounts(): AccountDefinition[];
  /** The account of a wallet. It may not go below zero. */
  walletAccount(wallet: { lane: number; walletId: string }): AccountDefinition;
  /** The account of the operator's own wallet that bears losses. It grows with each. */
  lossAccount(wallet: { lane: number; walletId: string }): AccountDefinition;
  /** What a wallet owes for charges that were advanced. */
  arrears(walletId: string): string;
  /** The account of what a wallet owes. Nobody can pay back more than that. */
  arrearsAccount(wallet: { lane: number; walletId: string }): AccountDefinition;
}

/** Names the accounts in this currency. Ids are computed once, being hashes on the hot path. */
export function chartOf(currencyCode: string): Chart {
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const idsOf = (code: string) => lanes.map((lane) => houseAccountId(code, currencyCode, lane));
  const ids = {
    float: idsOf('float'),
    payable_to_switch: idsOf('payable_to_switch'),
    unclaimed: idsOf('unclaimed'),
    fees: idsOf('fees'),
    corrections: idsOf('corrections'),
  };
  const inLane = (accounts: readonly string[], lane: number) => {
    const id = accounts[lane];
    if (id === undefined) throw new RangeError(`lane ${lane} does not exist`);
    return id;
  };
  const arrears = (walletId: string) => uuidFrom('ledger.arrears', currencyCode, walletId);
  return {
    currencyCode,
    arrears,
    float: (lane) => inLane(ids.float, lane),
    payable: (lane) => inLane(ids.payable_to_switch, lane),
    unclaimed: (lane) => inLane(ids.unclaimed, lane),
    fees: (lane) => inLane(ids.fees, lane),
    corrections: (lane) => inLane(ids.corrections, lane),
    houseAccounts: () =>
      (Object.keys(HOUSE) as (keyof typeof HOUSE)[]).flatMap((code) =>
        lanes.map((lane) => ({
          lane,
          accountId: inLane(ids[code], lane),
          owner: 'house',
          code,
          currencyCode,
          normalSide: HOUSE[code],
          mayGoNegative: true,
        })),
      ),
    walletAccount: ({ lane, walletId }) => ({
      lane,
      accountId: walletId,
      owner: walletId,
      code: 'user',
      currencyCode,
      normalSide: 'credit',
      mayGoNegative: false,
    }),
    lossAccount: ({ lane, walletId }) => ({
      lane,
      accountId: walletId,
      owner: 'house',
      code: 'losses',
      currencyCode,
      normalSide: 'debit',
      mayGoNegative: true,
    }),
    arrearsAccount: ({ lane, walletId }) => ({
      lane,
      accountId: arrears(walletId),
      owner: walletId,
      code: 'arrears',
      currencyCode,
      normalSide: 'debit',
      mayGoNegative: false,
    }),
  };
}
