import { parseRate, payerAmountFor, splitPayer } from '@causeway/money';
import { uuidFrom } from '@causeway/runtime';
import type { Certificate, CertifiedCurrency } from './certificate.ts';
import { LINE_END } from './csv.ts';
import { ITEMS_HEADER, type ItemLine, itemRecord } from './items.ts';

/** The line of an acquirer's capture in JPY, priced as the switch prices. */
export function capture(index: number, changes: Partial<ItemLine> = {}): ItemLine {
  const payee = { currencyCode: 'JPY', amountMinor: BigInt(1_000 + index * 7) };
  const [rate, midRate] = ['19.1234567891', '19.4100000001'];
  const priced = { payee, payerCurrency: 'HKD', rate: parseRate(rate) };
  const payerAmountMinor = payerAmountFor({ ...priced, rounding: 'up' });
  return {
    kind: 'capture',
    paymentId: uuidFrom('payment', String(index)),
    refundId: '',
    requestId: `order-${index}`,
    merchantId: uuidFrom('merchant', 'kumo'),
    counterpartyId: 'harbour-wallet',
    occurredAt: '2026-03-13T04:05:06.789Z',
    acquirerClearingDate: '2026-03-13',
    issuerClearingDate: '2026-03-13',
    payer: { currencyCode: 'HKD', amountMinor: payerAmountMinor },
    payee,
    ...splitPayer({ ...priced, payerAmountMinor, midRate: parseRate(midRate) }),
    quoteId: uuidFrom('quote', String(index)),
    ...{ rate, midRate },
    settled: payee,
    settlementRate: '',
    feeMinor: 12n,
    feeBpsPartMinor: 10n,
    feeFixedPartMinor: 2n,
    ...changes,
  };
}

/** A refund of 100 yen of that payment, which returns 1 of its fee. */
export function refund(index: number): ItemLine {
  const payee = { currencyCode: 'JPY', amountMinor: 100n };
  return capture(index, {
    kind: 'refund',
    refundId: uuidFrom('refund', String(index)),
    requestId: `=refund "${index}"`,
    payer: { currencyCode: 'HKD', amountMinor: 522n },
    ...{ payee, settled: payee, midMinor: 514n, markupMinor: 8n, residualMinor: 0n },
    ...{ feeMinor: -1n, feeBpsPartMinor: -1n, feeFixedPartMinor: 0n },
  });
}

/** A whole items file. */
export function itemsFile(items: readonly ItemLine[]): string {
  return ITEMS_HEADER + items.map((item) => itemRecord(item) + LINE_END).join('');
}

/** A certificate of one acquirer's day, over one currency. */
export function certificateOf(currency: CertifiedCurrency): Certificate {
  return {
    participantKind: 'acquirer',
    participantId: 'sakura',
    clearingDate: '2026-03-13',
    currencies: [currency],
  };
}
