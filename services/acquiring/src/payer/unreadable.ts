import type { Problem } from '@causeway/emvqr';
import { Refusal } from '@causeway/runtime';

/** A code can have a problem per data object; whoever reads the refusal is helped by a few. */
const MAX_PROBLEMS = 8;

/** The refusal for what was scanned and cannot be paid by, with what is wrong with it. */
export function unreadable(why: string, problems: readonly Problem[] = []): Refusal {
  const shown = problems.slice(0, MAX_PROBLEMS);
  const fields = shown.map(({ message }) => ({ field: 'payload', description: message }));
  return new Refusal('CODE_UNREADABLE', why, { fields });
}
