/**
 * What kind of wrong it is: an answer that did not last, an effect that happened twice, something that
 * never ended, or anything else.
 */
export type FindingKind = 'lost' | 'doubled' | 'stuck' | 'wrong';

/** Something that must not be, in words. */
export interface Finding {
  kind: FindingKind;
  what: string;
}

/** Findings of one kind, from what was found in words. */
export function findings(kind: FindingKind, what: readonly string[]): Finding[] {
  return what.map((each) => ({ kind, what: each }));
}

/** What an error says, as something that is wrong. */
export function broken(where: string, error: unknown): Finding {
  const said = error instanceof Error ? error.message : String(error);
  return { kind: 'wrong', what: `${where}: ${said}` };
}
