import { formatMoney } from '@causeway/money';
import { amountFor, type Item } from '../windows/item.ts';
import type { DayReport } from './gather.ts';
import { html, type Markup } from './html.ts';
import { tableOf } from './table.ts';

const COLUMNS = [
  ...['When (UTC)', 'What', 'Their id', 'Payment'].map((title) => ({ title })),
  ...['Payer', 'Payee', 'Rate', 'Fee'].map((title) => ({ title, isNumber: true })),
];

/** The first lines of the day, as its items file has them. */
export function itemsSection({ items, window, participant }: DayReport): Markup {
  if (items.length === 0) return html``;
  const all = window.sums.reduce((sum, { itemCount }) => sum + itemCount, 0n);
  const isAll = BigInt(items.length) >= all;
  const told = isAll
    ? `All ${items.length} items`
    : `The first ${items.length} of ${all} items; all are in the items file`;
  return html`<section class="items"><h2>Items</h2><p class="soft">${told}.</p>
${tableOf(
  COLUMNS,
  items.map((item) => rowOf(item, participant.kind)),
)}</section>`;
}

function rowOf(item: Item, side: DayReport['participant']['kind']) {
  const { currencyCode } = amountFor(side, item);
  return [
    line(item.occurredAt.toISOString().slice(0, 19).replace('T', ' ')),
    line(item.kind),
    item.requestId,
    html`<span class="code line">${item.paymentId}</span>`,
    formatMoney(item.payer),
    formatMoney(item.payee),
    item.rate,
    formatMoney({ currencyCode, amountMinor: item.fee.totalMinor }),
  ];
}

function line(text: string): Markup {
  return html`<span class="line">${text}</span>`;
}
