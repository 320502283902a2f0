import { ITEMS_HEADER, type ItemLine, LINE_END } from '@causeway/clearing';
import { amountFor, type Item } from '../../windows/item.ts';
import type { WindowKey } from '../../windows/window.ts';
import { counterpartyOf, type FileWriter } from '../window-file.ts';

/** The line of an item as its participant is settled for it. */
export function lineOf(window: WindowKey, item: Item): ItemLine {
  const { kind } = window.participant;
  const isRefund = item.kind === 'refund';
  // Only the acquirer is settled in another currency than the payment's own.
  const settlementRate = kind === 'acquirer' ? (item.settlementRate ?? '') : '';
  return {
    kind: item.kind,
    paymentId: item.paymentId,
    refundId: isRefund ? item.subjectId : '',
    requestId: item.requestId,
    merchantId: item.merchantId ?? '',
    counterpartyId: counterpartyOf(window, item).id,
    occurredAt: item.occurredAt.toISOString(),
    acquirerClearingDate: item.acquirerClearingDate,
    issuerClearingDate: item.issuerClearingDate,
    payer: item.payer,
    payee: item.payee,
    midMinor: item.midMinor,
    markupMinor: item.markupMinor,
    residualMinor: item.residualMinor,
    quoteId: item.quoteId ?? '',
    rate: item.rate ?? '',
    midRate: item.midRate ?? '',
    settled: amountFor(kind, item),
    settlementRate,
    feeMinor: item.fee.totalMinor,
    feeBpsPartMinor: item.fee.bpsPartMinor,
    feeFixedPartMinor: item.fee.fixedPartMinor,
  };
}

/** items.csv: every captured payment and every refund. */
export function itemsFile(): FileWriter {
  return {
    begin: () => ITEMS_HEADER,
    item: ({ record }) => record + LINE_END,
    end: () => '',
  };
}
