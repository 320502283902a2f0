/** What one check found. */
export interface CheckResult {
  /** For example "wallet harbour-wallet: balances". */
  name: string;
  /** What must hold, in words. */
  rule: string;
  ok: boolean;
  /** The first few rows that break the rule, in words. */
  problems: string[];
}

/** What a verification found, as it is printed with --json. */
export interface Report {
  ok: boolean;
  /** Debits less credits over all accounts, per currency: "0" everywhere, or money was made. */
  ledger_sums: Record<string, string>;
  balances_recomputed: boolean;
  cross_books: boolean;
  facts_match_states: boolean;
  /** Payments and refunds that owed an effect, facts not yet published, books not yet even. */
  in_flight: number;
  rows_read: number;
  checks: CheckResult[];
}

/** More than this of one problem tells no more. */
const MAX_PROBLEMS = 10;

/** A check's result from all the rows that break its rule. */
export function resultOf(name: string, rule: string, problems: readonly string[]): CheckResult {
  const shown = problems.slice(0, MAX_PROBLEMS);
  const more = problems.length - shown.length;
  return {
    name,
    rule,
    ok: problems.length === 0,
    problems: more > 0 ? [...shown, `and ${more} more`] : shown,
  };
}

/** A row in words: `account_id=…, debits_posted=…`. */
export function inWords(row: object): string {
  return Object.entries(row)
    .map(([key, value]) => `${key}=${value === null ? 'nothing' : String(value)}`)
    .join(', ');
}
