import {
  ChargeTerms,
  StatementEntryKind,
  type StatementEntry as StatementEntryMessage,
  type Wallet,
  WalletStatus,
} from '@causeway/proto/wallet';
import type { StatementEntry } from '../wallets/statement-store.ts';
import type { WalletView } from '../wallets/wallet.ts';

const STATUSES = {
  active: WalletStatus.ACTIVE,
  frozen: WalletStatus.FROZEN,
  closed: WalletStatus.CLOSED,
} as const;

const KINDS = {
  top_up: StatementEntryKind.TOP_UP,
  withdrawal: StatementEntryKind.WITHDRAWAL,
  payment: StatementEntryKind.PAYMENT,
  cancel: StatementEntryKind.CANCEL,
  refund: StatementEntryKind.REFUND,
  advance: StatementEntryKind.ADVANCE,
  arrears_paid: StatementEntryKind.ARREARS_PAID,
} as const;

/** A wallet as apps and the back end see it. */
export function walletMessage(wallet: WalletView, currencyCode: string): Wallet {
  const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
  return {
    walletId: wallet.walletId,
    issuerId: wallet.issuerId,
    displayName: wallet.displayName,
    tier: wallet.tier,
    status: STATUSES[wallet.status],
    postedBalance: money(wallet.postedMinor),
    heldBalance: money(wallet.heldMinor),
    availableBalance: money(wallet.availableMinor),
    allowance: wallet.allowance,
    createTime: wallet.openedAt,
    arrears: money(wallet.arrearsMinor),
  };
}

/** A line of a statement. Top-ups and withdrawals are described by their request. */
export function entryMessage(entry: StatementEntry, currencyCode: string): StatementEntryMessage {
  const terms = entry.terms === null ? undefined : ChargeTerms.decode(entry.terms);
  // An advance is of the payer's own money; the payment beside it tells of the conversion.
  const isAbroad = terms?.conversion !== undefined && entry.code !== 'advance';
  return {
    transferId: entry.transferId,
    kind: KINDS[entry.code],
    amount: { currencyCode, amountMinor: entry.amountMinor },
    balanceAfter: { currencyCode, amountMinor: entry.balanceMinor },
    paymentId: entry.paymentId ?? '',
    description: terms?.merchant?.displayName ?? entry.reference,
    payeeAmount: isAbroad ? payeeAmountOf(entry, terms) : undefined,
    rate: isAbroad ? (terms?.conversion?.rate ?? '') : '',
    postTime: entry.postedAt,
  };
}

function payeeAmountOf(entry: StatementEntry, terms: ChargeTerms) {
  const { refundPayeeMinor, refundPayeeCurrency } = entry;
  if (refundPayeeMinor === null || refundPayeeCurrency === null) return terms.payeeAmount;
  return { currencyCode: refundPayeeCurrency, amountMinor: refundPayeeMinor };
}
