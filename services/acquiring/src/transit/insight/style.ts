/** How the page looks, on a screen and on paper. */
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
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.card { flex: 1 1 200px; border: 1px solid var(--line); border-radius: 6px; padding: 12px 14px;
  break-inside: avoid; }
.card b { display: block; font-size: 21px; font-variant-numeric: tabular-nums; }
figure { margin: 8px 0 16px; break-inside: avoid; } svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--ink); } svg .axis { fill: var(--soft); font-size: 10px; }
svg .mid { text-anchor: middle; } svg .value { text-anchor: end; font-variant-numeric: tabular-nums; }
svg .base { stroke: var(--soft); }
.captured { fill: var(--captured); } .refunded { fill: var(--refunded); }
footer { margin-top: 30px; border-top: 1px solid var(--line); padding-top: 10px; font-size: 12px; }
@page { size: A4; margin: 15mm 14mm 17mm; }
@media print {
  body { background: #fff; font-size: 10pt; -webkit-print-color-adjust: exact;
    print-color-adjust: exact; }
  main { max-width: none; margin: 0; padding: 0; border: 0; }
}`;
