import type { Collected } from '../collection.ts';

/** The figures by the names that `--json` has for them; null where nothing was measured. */
export interface Figures {
  echo_rps: number | null;
  unary_pps: number | null;
  stream_pps: number | null;
  unary_over_echo: number | null;
  stream_over_echo: number | null;
  tpcb_tps: number | null;
  ledger_tps: number | null;
  ledger_over_tpcb: number | null;
  hot_over_uniform: number | null;
  naive_tps: number | null;
  ledger_over_naive: number | null;
  half_load_p50_ms: number | null;
  half_load_p99_ms: number | null;
  drain_share: number | null;
  growth_cost_ratio: number | null;
  /** Choices of a route per second, between two. */
  route_choices_ps: number | null;
  /** What one more partner who could carry the payment adds to a choice. */
  route_partner_us: number | null;
  /** Transit codes of riders new to a gate, verified per second, and how long one in a hundred takes. */
  transit_es256_ps: number | null;
  transit_es256_p99_ms: number | null;
  transit_eddsa_ps: number | null;
  transit_eddsa_p99_ms: number | null;
  /** Lines of a partner's file, read and matched per second. */
  reconcile_lines_ps: number | null;
  /** The most memory that reading and matching them held. */
  reconcile_peak_mib: number | null;
  /** Items per second of a clearing day made final, and the most memory that took. */
  clearing_lines_ps: number | null;
  clearing_peak_mib: number | null;
  books_ok: boolean;
}

/** A rate or a ratio is known to about three digits; a fourth keeps ratios of them exact enough. */
const DIGITS = 4;
const US_PER_SECOND = 1_000_000;

/** Takes the figures out of the lines, by their keys. */
export function figuresOf(lines: readonly Collected[], booksOk: boolean): Figures {
  const rate = (line: string) => rateOf(lines, (key) => key === line);
  const best = (prefix: string) => rateOf(lines, (key) => key.startsWith(`${prefix}.`));
  const valid = (wanted: string) =>
    lines.find(({ line, validRounds }) => line === wanted && validRounds > 0);
  const half = valid('open.half');
  const p99 = (line: string) => valid(line)?.p99Ms?.median;
  const given = Object.assign({}, ...lines.map(({ figures }) => figures));

  const echo = best('echo');
  const unary = best('unary');
  const stream = best('stream');
  const tpcb = best('tpcb');
  const uniform = rate('ledger.uniform');
  const naive = best('naive');
  return {
    echo_rps: rounded(echo),
    unary_pps: rounded(unary),
    stream_pps: rounded(stream),
    unary_over_echo: ratio(unary, echo),
    stream_over_echo: ratio(stream, echo),
    tpcb_tps: rounded(tpcb),
    ledger_tps: rounded(uniform),
    ledger_over_tpcb: ratio(uniform, tpcb),
    hot_over_uniform: ratio(rate('ledger.hot_rejects'), uniform),
    naive_tps: rounded(naive),
    ledger_over_naive: ratio(uniform, naive),
    half_load_p50_ms: rounded(half?.p50Ms?.median),
    half_load_p99_ms: rounded(half?.p99Ms?.median),
    drain_share: rounded(given.drain_share),
    clearing_lines_ps: rounded(given.clearing_lines_ps),
    clearing_peak_mib: rounded(given.clearing_peak_mib),
    growth_cost_ratio: rounded(given.growth_cost_ratio),
    route_choices_ps: rounded(rate('routes.two')),
    route_partner_us: rounded(partnerCost(rate('routes.two'), rate('routes.eight'))),
    transit_es256_ps: rounded(rate('transit.es256')),
    transit_es256_p99_ms: rounded(p99('transit.es256')),
    transit_eddsa_ps: rounded(rate('transit.eddsa')),
    transit_eddsa_p99_ms: rounded(p99('transit.eddsa')),
    reconcile_lines_ps: rounded(given.reconcile_lines_ps),
    reconcile_peak_mib: rounded(given.reconcile_peak_mib),
    books_ok: booksOk,
  };
}

/** The microseconds that each of the six further candidates adds, from choices per second. */
function partnerCost(ofTwo: number | undefined, ofEight: number | undefined): number | undefined {
  if (ofTwo === undefined || ofEight === undefined) return undefined;
  return (US_PER_SECOND / ofEight - US_PER_SECOND / ofTwo) / 6;
}

/** The best median among the lines whose key is wanted and that counted at all. */
function rateOf(
  lines: readonly Collected[],
  wanted: (line: string) => boolean,
): number | undefined {
  const rates = lines
    .filter(({ line, validRounds }) => validRounds > 0 && wanted(line))
    .flatMap(({ perSecond }) => perSecond?.median ?? []);
  return rates.length === 0 ? undefined : Math.max(...rates);
}

function ratio(figure: number | undefined, of: number | undefined): number | null {
  return figure === undefined || of === undefined ? null : rounded(figure / of);
}

function rounded(figure: number | undefined): number | null {
  if (figure === undefined || !Number.isFinite(figure)) return null;
  return Number(figure.toPrecision(DIGITS));
}
