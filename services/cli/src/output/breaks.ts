import { formatMajor } from '@causeway/money';
import { ParticipantKind } from '@causeway/proto/common';
import {
  type Break,
  type BreakAction,
  BreakKind,
  type BreakReportLine,
  BreakState,
  FileFormat,
  type Reconciliation,
} from '@causeway/proto/settlement';
import { type Json, jsonOf } from './json.ts';
import { record, table } from './table.ts';
import { moment, money } from './views.ts';

/** A reconciliation for people: what it is about, its file, its last run. */
export function reconciliationRecord(one: Reconciliation | undefined): string {
  if (one === undefined) return '';
  const { file, lastRun, running, step } = one;
  const counts =
    lastRun === undefined
      ? ''
      : `${lastRun.ourCount} ours, ${lastRun.theirCount} theirs, ${lastRun.matchedCount} pairs` +
        (lastRun.byRuleCount > 0n ? `, of these ${lastRun.byRuleCount} by a rule` : '');
  const changes =
    lastRun === undefined
      ? ''
      : `${lastRun.openedCount} opened, ${lastRun.healedCount} healed, ${lastRun.openCount} open`;
  return record([
    ['reconciliation', one.reconciliationId],
    ['about', aboutOf(one)],
    ['file', `${file?.fileName ?? ''}, by ${file?.uploadedBy ?? ''}, ${moment(file?.uploadTime)}`],
    ['sha-256', file?.sha256 ?? ''],
    ['now', running ? `being matched${step === '' ? '' : `: ${step}`}` : ''],
    ['matched', moment(lastRun?.endTime)],
    ['lines', counts],
    ['breaks', changes],
    ...one.bankSides.map(({ amount, valueDate, matched }): [string, string] => [
      'at the bank',
      `${money(amount)} due ${valueDate}: ${matched ? 'there' : 'not seen'}`,
    ]),
  ]);
}

function aboutOf({ about }: Reconciliation): string {
  if (about?.$case === 'partnerDay') {
    const { participant, clearingDate } = about.value;
    const kind = ParticipantKind[participant?.participantKind ?? 0] ?? '';
    return `${kind.toLowerCase()} ${participant?.participantId ?? ''}, ${clearingDate}`;
  }
  if (about === undefined) return '';
  const { account, currencyCode, fromDate, toDate } = about.value;
  return `bank account ${account} ${currencyCode}, ${fromDate} to ${toDate}`;
}

/** A reconciliation for programs. */
export function reconciliationJson(one: Reconciliation | undefined): Json {
  if (one === undefined) return null;
  const { about, ...rest } = one;
  const enums = { format: FileFormat, participantKind: ParticipantKind };
  const named = about === undefined ? {} : { [about.$case]: about.value };
  return jsonOf({ ...rest, ...named }, enums);
}

/** The kind of a break in words, `missing at ours`. */
function kindOf(kind: BreakKind): string {
  return (BreakKind[kind] ?? '').toLowerCase().replaceAll('_', ' ');
}

function stateOf(state: BreakState): string {
  return (BreakState[state] ?? '').toLowerCase();
}

/** Breaks, one a line. */
export function breakTable(breaks: readonly Break[]): string {
  return table(
    [
      { title: 'break' },
      { title: 'kind' },
      { title: 'line', align: 'right' },
      { title: 'ours' },
      { title: 'theirs' },
      { title: 'at stake', align: 'right' },
      { title: 'days', align: 'right' },
      { title: 'state' },
      { title: 'with' },
    ],
    breaks.map((one) => [
      one.breakId,
      kindOf(one.kind),
      one.lineNumber === 0 ? '' : String(one.lineNumber),
      one.ours,
      one.theirs,
      money(one.stake),
      String(one.ageDays),
      stateOf(one.state),
      one.assignee,
    ]),
  );
}

/** One break for people. */
export function breakRecord(one: Break | undefined): string {
  if (one === undefined) return '';
  return record([
    ['break', one.breakId],
    ['kind', kindOf(one.kind)],
    ['state', stateOf(one.state)],
    ['reconciliation', one.reconciliationId],
    ['line', one.lineNumber === 0 ? '' : String(one.lineNumber)],
    ['about', one.subject],
    ['payment', one.paymentId],
    ['ours', one.ours],
    ['theirs', one.theirs],
    ['at stake', money(one.stake)],
    ['matched since', one.matchExplanation],
    ['opened', `${moment(one.openTime)}, ${one.ageDays} days`],
    ['closed', moment(one.closeTime)],
    ['with', one.assignee],
  ]);
}

/** A break for programs. */
export function breakJson(one: Break | undefined): Json {
  return jsonOf(one, { kind: BreakKind, state: BreakState });
}

/** What was done about a break, in order. */
export function actionTable(actions: readonly BreakAction[]): string {
  return table(
    [
      { title: 'when' },
      { title: 'who' },
      { title: 'did' },
      { title: 'said' },
      { title: 'adjustment', align: 'right' },
    ],
    actions.map(({ recordTime, operatorId, kind, assignee, said, adjustment }) => [
      moment(recordTime),
      operatorId,
      kind === 'assign' ? `assign to ${assignee === '' ? 'nobody' : assignee}` : kind,
      said,
      money(adjustment),
    ]),
  );
}

function ageOf({ fromAgeDays, toAgeDays }: BreakReportLine): string {
  return toAgeDays === 0 ? `over ${fromAgeDays - 1}` : `${fromAgeDays} to ${toAgeDays}`;
}

/** Counts of breaks for people. */
export function reportTable(lines: readonly BreakReportLine[]): string {
  if (lines.length === 0) return 'there are no breaks';
  return table(
    [
      { title: 'kind' },
      { title: 'state' },
      { title: 'days' },
      { title: 'breaks', align: 'right' },
      { title: 'at stake', align: 'right' },
    ],
    lines.map((line) => [
      kindOf(line.kind),
      stateOf(line.state),
      ageOf(line),
      String(line.breakCount),
      money(line.stake),
    ]),
  );
}

/** The same as CSV. No cell is anybody's own text, so none can be a formula. */
export function reportCsv(lines: readonly BreakReportLine[]): string {
  const rows = lines.map(({ kind, state, fromAgeDays, toAgeDays, breakCount, stake }) => [
    ...[(BreakKind[kind] ?? '').toLowerCase(), stateOf(state), String(fromAgeDays)],
    ...[toAgeDays === 0 ? '' : String(toAgeDays), String(breakCount), stake?.currencyCode ?? ''],
    stake === undefined ? '' : formatMajor(stake.amountMinor, stake.currencyCode),
  ]);
  const header = [
    'kind',
    'state',
    'from_age_days',
    'to_age_days',
    'breaks',
    'currency',
    'at_stake',
  ];
  return [header, ...rows].map((row) => row.join(',')).join('\n');
}
