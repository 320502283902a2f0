/** One thing that is wrong: where, and what. */
export interface Finding {
  /** An object of the chart, `production: Deployment/causeway-fx`, or a file. */
  where: string;
  /** A sentence that says what is wrong there. */
  problem: string;
}

/** What one check found; nothing where all is well. */
export type Findings = Finding[];

/**
 * A check that cannot fail is a defect: says so unless something was found where it had to be.
 *
 * @param planted what was made wrong on purpose
 * @param found what the check said of it
 */
export function mustFind(planted: string, found: Findings): Findings {
  if (found.length > 0) return [];
  return [{ where: planted, problem: 'was planted, and the check did not find it' }];
}
