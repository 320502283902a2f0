import { isUuid } from '@causeway/runtime';
import { UsageError } from './usage.ts';

/** Something that people call by a name and programs by an id. */
export interface Named {
  id: string;
  name: string;
}

const SHOWN_AT_MOST = 24;

/**
 * The one thing meant: by its id, its whole name, or the first letters of its name, in any case.
 * A whole name wins over others that begin with it. Throws a UsageError that lists the choice
 * when none or several fit.
 */
export function pickNamed<T extends Named>(noun: string, typed: string, known: readonly T[]): T {
  const wanted = typed.trim().toLowerCase();
  const same = known.filter((one) => one.id === wanted || one.name.toLowerCase() === wanted);
  const beginning = known.filter((one) => one.name.toLowerCase().startsWith(wanted));
  const fitting = same.length > 0 ? same : isUuid(wanted) || wanted === '' ? [] : beginning;
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  throw new UsageError(
    only === undefined
      ? `no ${noun} is called "${typed}"; there are: ${listed(known)}`
      : `several ${noun}s fit "${typed}", say which by its id:\n${withIds(fitting)}`,
  );
}

function listed(known: readonly Named[]): string {
  const names = known.slice(0, SHOWN_AT_MOST).map((one) => one.name);
  const more = known.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function withIds(fitting: readonly Named[]): string {
  return fitting
    .slice(0, SHOWN_AT_MOST)
    .map((one) => `  ${one.id}  ${one.name}`)
    .join('\n');
}
