/** How the report looks, on a screen and on paper. Colours differ in lightness too, for grey prints. */
export const STYLE = `
:root { --ink: #1a2230; --soft: #5b6778; --line: #d9dee6; --wash: #f4f6f9; --captured: #1f6f8b;
  --refunded: #d98a3d; --total: #24344d; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--wash); color: var(--ink);
  font: 14px/1.45 system-ui, "Noto Sans", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 860px; margin: 24px auto; padding: 40px 44px; background: #fff;
  border: 1px solid var(--line); border-radius: 6px; }
header { border-bottom: 3px solid var(--total); padding-bottom: 14px; margin-bottom: 18px; }
h1 { font-size: 25px; margin: 0 0 2px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 34px 0 8px; break-after: avoid; }
h3 { font-size: 14px; margin: 18px 0 6px; color: var(--soft); font-weight: 600; break-after: avoid; }
p { margin: 6px 0; } .soft { color: var(--soft); }
.notice { background: #fff4e2; border-left: 4px solid var(--refunded); padding: 8px 12px; }
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.card { flex: 1 1 200px; border: 1px solid var(--line); border-radius: 6px; padding: 12px 14px;
  break-inside: avoid; }
.card b { display: block; font-size: 21px; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 10px 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 12.5px; }
thead { display: table-header-group; } tr { break-inside: avoid; }
th { text-align: left; color: var(--soft); font-weight: 600; border-bottom: 1.5px solid var(--total);
  padding: 5px 8px; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 4px 8px; vertical-align: top;
  unicode-bidi: isolate; overflow-wrap: anywhere; }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.85em; }
figure { margin: 8px 0 16px; break-inside: avoid; } svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--ink); } svg .axis { fill: var(--soft); font-size: 10px; }
svg .mid { text-anchor: middle; } svg .value { text-anchor: end; font-variant-numeric: tabular-nums; }
svg .grid { stroke: var(--line); stroke-dasharray: 3 3; } svg .base { stroke: var(--soft); }
.captured { fill: var(--captured); } .refunded { fill: var(--refunded); } .total { fill: var(--total); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 5px; }
.key.captured { background: var(--captured); } .key.refunded { background: var(--refunded); }
.items { break-before: page; } .items table { font-size: 11px; } .items td { padding: 3px 5px; }
.line { white-space: nowrap; } h2 + p { break-after: avoid; }
footer { margin-top: 30px; border-top: 1px solid var(--line); padding-top: 10px; font-size: 12px; }
@page { size: A4; margin: 15mm 14mm 17mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #5b6778; } }
@media print {
  body { background: #fff; font-size: 10pt; -webkit-print-color-adjust: exact;
    print-color-adjust: exact; }
  main { max-width: none; margin: 0; padding: 0; border: 0; }
  table { font-size: 8.5pt; } .items table { font-size: 6.8pt; }
}`;
