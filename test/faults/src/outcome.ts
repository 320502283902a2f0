import type { Finding } from './finding.ts';

/** What came of one fault or race. */
export interface Outcome {
  /** The number of a fault, or the name of a race. */
  id: number | string;
  title: string;
  passed: boolean;
  seconds: number;
  findings: readonly Finding[];
  figures: Readonly<Record<string, number>>;
}

/** What a fault or race came to, from what was found. */
export function outcomeOf(
  id: number | string,
  title: string,
  startedMs: number,
  found: readonly Finding[],
  figures: Readonly<Record<string, number>>,
): Outcome {
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  return { id, title, passed: found.length === 0, seconds, findings: found, figures };
}

/** The same with what was found of it later. */
export function withMore(outcome: Outcome, found: readonly Finding[]): Outcome {
  const findings = [...outcome.findings, ...found];
  return { ...outcome, findings, passed: findings.length === 0 };
}
