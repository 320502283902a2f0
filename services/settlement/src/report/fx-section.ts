import { formatMoney } from '@causeway/money';
import { barsOfShares } from './chart.ts';
import { html, type Markup } from './html.ts';
import type { FxVolume } from './store.ts';
import { tableOf } from './table.ts';

const COLUMNS = [
  { title: 'Pair' },
  ...['Captures', 'Payees got', 'Payers paid', 'At the middle', 'Markup', 'Residual', 'All in'].map(
    (title) => ({ title, isNumber: true }),
  ),
];

/** What conversions came to: the middle rate against all that payers paid. */
export function fxSection(volumes: readonly FxVolume[]): Markup {
  if (volumes.length === 0) return html``;
  const shares = volumes.map((volume) => ({
    label: pairOf(volume),
    hundredths: shareOf(volume),
    value: `${percentOf(shareOf(volume))} over the middle`,
  }));
  return html`<section><h2>Foreign exchange</h2>
<p class="soft">What payers paid all in is their amount at the middle rate, the markup, and the residual of rounding up once.</p>
<figure>${barsOfShares(shares)}</figure>${tableOf(COLUMNS, volumes.map(rowOf))}</section>`;
}

function rowOf(volume: FxVolume) {
  const { payerCurrency, payeeCurrency, payeeMinor, count } = volume;
  const payer = (amountMinor: bigint) => formatMoney({ currencyCode: payerCurrency, amountMinor });
  return [
    ...[pairOf(volume), count],
    formatMoney({ currencyCode: payeeCurrency, amountMinor: payeeMinor }),
    ...[volume.payerMinor, volume.midMinor, volume.markupMinor, volume.residualMinor].map(payer),
    percentOf(shareOf(volume)),
  ];
}

function pairOf({ payerCurrency, payeeCurrency }: FxVolume): string {
  return `${payerCurrency} to ${payeeCurrency}`;
}

/** What was paid over the middle rate, in hundredths of a percent of it, rounded down. */
function shareOf({ payerMinor, midMinor }: FxVolume): bigint {
  return midMinor === 0n ? 0n : ((payerMinor - midMinor) * 10_000n) / midMinor;
}

function percentOf(hundredths: bigint): string {
  const size = hundredths < 0n ? -hundredths : hundredths;
  return `${hundredths < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')} %`;
}
