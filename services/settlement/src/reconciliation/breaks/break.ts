import { type Break, BreakKind, BreakState } from '@causeway/proto/settlement';
import { type Rule, ruleInWords } from '../match/rules.ts';

/** A break as it is kept. */
export interface BreakRow {
  breakId: string;
  reconciliationId: string;
  source: 'partner' | 'bank';
  kind: string;
  state: string;
  lineNo: number | null;
  subject: string | null;
  paymentId: string | null;
  currencyCode: string;
  stakeMinor: bigint;
  ours: string;
  theirs: string;
  openedAt: Date;
  closedAt: Date | null;
  assignee: string;
  rule: Rule | null;
}

const DAY_MS = 86_400_000;

/** As the API tells it at a moment. */
export function toBreak(row: BreakRow, now: Date): Break {
  const until = row.closedAt ?? now;
  return {
    breakId: row.breakId,
    reconciliationId: row.reconciliationId,
    kind: KINDS.get(row.kind) ?? BreakKind.UNSPECIFIED,
    state: STATES.get(row.state) ?? BreakState.UNSPECIFIED,
    lineNumber: row.lineNo ?? 0,
    subject: row.subject ?? '',
    paymentId: row.paymentId ?? '',
    stake: { currencyCode: row.currencyCode, amountMinor: row.stakeMinor },
    ours: row.ours,
    theirs: row.theirs,
    openTime: row.openedAt,
    closeTime: row.closedAt ?? undefined,
    ageDays: Math.max(0, Math.floor((until.getTime() - row.openedAt.getTime()) / DAY_MS)),
    assignee: row.assignee,
    matchExplanation: row.rule === null ? '' : ruleInWords(row.rule, row.source),
  };
}

const KINDS = byName(BreakKind);
const STATES = byName(BreakState);

/** What a table calls each kind. */
export const BREAK_KINDS: readonly string[] = [...KINDS.keys()];

/** What a table calls a kind; undefined for one that is not given. */
export function kindName(kind: BreakKind): string | undefined {
  return nameOf(KINDS, kind);
}

/** What a table calls a state; undefined for one that is not given. */
export function stateName(state: BreakState): string | undefined {
  return nameOf(STATES, state);
}

/** The kind that a table means. */
export function kindNamed(name: string): BreakKind {
  return KINDS.get(name) ?? BreakKind.UNSPECIFIED;
}

/** The state that a table means. */
export function stateNamed(name: string): BreakState {
  return STATES.get(name) ?? BreakState.UNSPECIFIED;
}

/** Tables have the names of the enums in lower case. */
function byName<E extends number>(names: Record<string, string | E>): Map<string, E> {
  return new Map(
    Object.entries(names).flatMap(([name, value]): [string, E][] =>
      typeof value === 'number' && value > 0 ? [[name.toLowerCase(), value]] : [],
    ),
  );
}

function nameOf<E>(names: ReadonlyMap<string, E>, wanted: E): string | undefined {
  return [...names].find(([, value]) => value === wanted)?.[0];
}
