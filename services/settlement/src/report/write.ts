import { formatMoney } from '@causeway/money';
import { WindowState, type WindowSum } from '@causeway/proto/settlement';
import { hourChart, waterfall } from './chart.ts';
import { fxSection } from './fx-section.ts';
import type { DayReport } from './gather.ts';
import { html, Markup } from './html.ts';
import { itemsSection } from './items-section.ts';
import { STYLE } from './style.ts';
import { listOf, tableOf } from './table.ts';

/** The report as one document that loads nothing. */
export function reportHtml(report: DayReport): string {
  const { participant, clearingDate } = report;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${participant.id}, ${clearingDate}</title><style>${new Markup(STYLE)}</style></head>
<body><main>${head(report)}${cards(report)}${facts(report)}${netSection(report)}${hoursSection(report)}
${fxSection(report.fx)}${merchantsSection(report)}${correctionsSection(report)}${certificateSection(report)}
${itemsSection(report)}${foot()}</main></body></html>
`.text;
}

const ROLES = { acquirer: 'Acquirer', issuer: 'Wallet operator' } as const;

function head({ participant, clearingDate, window }: DayReport): Markup {
  return html`<header><h1>${participant.id}</h1>
<p class="soft">${ROLES[participant.kind]} · clearing day ${clearingDate} · ${stateOf(window.state)}</p></header>
${window.finalTime ? [] : html`<p class="notice">The day is not final: this is what it holds so far, before fees and corrections.</p>`}`;
}

function stateOf(state: WindowState): string {
  return (WindowState[state] ?? '').toLowerCase();
}

function cards({ participant, window }: DayReport): Markup {
  const { sums, finalTime } = window;
  if (sums.length === 0) return html`<p>Nothing was captured or refunded on this day.</p>`;
  const what = participant.kind === 'acquirer' ? 'is owed' : 'owes';
  return html`<div class="cards">${sums.map(
    (
      sum,
    ) => html`<div class="card"><span class="soft">${finalTime ? `${what}, net` : 'net so far'}</span>
<b>${amount(sum.net)}</b><span class="soft">${sum.itemCount} items${finalTime ? movementOf(sum) : ''}</span></div>`,
  )}</div>`;
}

function movementOf({ due, net, valueDate }: WindowSum): string {
  if (due?.amountMinor === 0n) return net?.amountMinor === 0n ? '' : ', carried to the next day';
  return `, value date ${valueDate}`;
}

function facts({ window, timeZone }: DayReport): Markup {
  return listOf([
    ['Opened', moment(window.openTime)],
    ['Closed', `${moment(window.closeTime)}${window.closedEarly ? ', before its time' : ''}`],
    ['Final', moment(window.finalTime)],
    ['Ended', moment(window.endTime)],
    ['Reference', window.endReference],
    ['Agreement', window.agreementVersion === 0 ? '' : `version ${window.agreementVersion}`],
    ['Hours are of', timeZone],
  ]);
}

function netSection({ window, participant }: DayReport): Markup {
  if (window.sums.length === 0) return html``;
  const sign = participant.kind === 'acquirer' ? 'What is owed' : 'What it owes';
  return html`<section><h2>${sign}, and why</h2>${window.sums.map(
    (
      sum,
    ) => html`<h3>${sum.currencyCode}${sum.feeTier > 1 ? `, fees of tier ${sum.feeTier}` : ''}</h3>
<figure>${waterfall(sum.currencyCode, partsOf(sum))}</figure>`,
  )}</section>`;
}

function partsOf(sum: WindowSum) {
  const minor = (part: WindowSum['net']) => part?.amountMinor ?? 0n;
  const corrections = [
    { label: 'Refunded', minor: -minor(sum.refunded) },
    { label: 'Fees', minor: -minor(sum.fees) },
    { label: 'Adjustments', minor: minor(sum.adjustments) },
    { label: 'Disputes', minor: minor(sum.disputes) },
    { label: 'Carried from earlier', minor: minor(sum.carried) },
    { label: 'Reserve held back', minor: -minor(sum.reserveHeld) },
    { label: 'Reserve let go', minor: minor(sum.reserveReleased) },
  ].filter((part) => part.minor !== 0n);
  return [
    { label: 'Captured', minor: minor(sum.captured) },
    ...corrections,
    { label: 'Net', minor: minor(sum.net), isTotal: true },
  ];
}

function hoursSection({ hours, timeZone }: DayReport): Markup {
  if (hours.length === 0) return html``;
  const currencies = [...new Set(hours.map(({ currencyCode }) => currencyCode))];
  return html`<section><h2>Volume by hour</h2>
<p class="soft"><span class="key captured"></span>captured <span class="key refunded"></span>refunded, by the hour in ${timeZone}</p>
${currencies.map((code) => {
  const own = hours.filter(({ currencyCode }) => currencyCode === code);
  return html`<h3>${code}: ${counted(own)}</h3><figure>${hourChart(code, own)}</figure>`;
})}</section>`;
}

function counted(hours: DayReport['hours']): string {
  const sum = (of: (hour: DayReport['hours'][number]) => bigint) =>
    hours.reduce((all, hour) => all + of(hour), 0n);
  const captures = sum(({ captureCount }) => captureCount);
  const refunds = sum(({ refundCount }) => refundCount);
  return `${captures} captures, ${refunds} refunds`;
}

function merchantsSection({ merchants }: DayReport): Markup {
  if (merchants.length === 0) return html``;
  const columns = [
    { title: 'Merchant' },
    ...['Captures', 'Captured', 'Refunded'].map((title) => ({ title, isNumber: true })),
  ];
  const rows = merchants.map((merchant) => {
    const { merchantId, currencyCode, captureCount, capturedMinor, refundedMinor } = merchant;
    const money = (amountMinor: bigint) => formatMoney({ currencyCode, amountMinor });
    const name =
      merchantId === null ? 'of a foreign scheme' : html`<span class="code">${merchantId}</span>`;
    return [name, captureCount, money(capturedMinor), money(refundedMinor)];
  });
  return html`<section><h2>Where most was captured</h2>${tableOf(columns, rows)}</section>`;
}

function correctionsSection({ corrections, moreCorrections }: DayReport): Markup {
  if (corrections.length === 0) return html``;
  const columns = [
    ...['When', 'What', 'About'].map((title) => ({ title })),
    { title: 'Amount', isNumber: true },
  ];
  const rows = corrections.map(({ recordedAt, kind, reference, currencyCode, amountMinor }) => {
    return [moment(recordedAt), kind, reference, formatMoney({ currencyCode, amountMinor })];
  });
  const more =
    moreCorrections > 0 ? html`<p class="soft">${moreCorrections} more are in the files.</p>` : [];
  return html`<section><h2>Adjustments, disputes and carried amounts</h2>${tableOf(columns, rows)}${more}</section>`;
}

function certificateSection({ certificate }: DayReport): Markup {
  if (!certificate) return html``;
  const code = (text: string) => html`<span class="code">${text}</span>`;
  return html`<section><h2>Certificate</h2>${listOf([
    ['SHA-256 of the certificate', code(certificate.sha256)],
    ['Signed with key', code(certificate.keyId)],
    ...certificate.roots.map(
      ({ currencyCode, treeRoot }) => [`Root of items in ${currencyCode}`, code(treeRoot)] as const,
    ),
  ])}<p class="soft">“causeway certificate verify” recomputes both from the items file of the day.</p></section>`;
}

function foot(): Markup {
  return html`<footer class="soft">For reading. What counts are the day's files and their certificate.</footer>`;
}

function amount(money: WindowSum['net']): string {
  return money === undefined ? '' : formatMoney(money);
}

/** In UTC, so that the report is the same for whoever makes it. */
function moment(time: Date | undefined): string {
  return time === undefined ? '' : `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
