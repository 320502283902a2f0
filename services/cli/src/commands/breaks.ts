import { randomUUID } from 'node:crypto';
import { type Break, BreakKind, BreakState } from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import {
  actionTable,
  breakJson,
  breakRecord,
  breakTable,
  reportCsv,
  reportTable,
} from '../output/breaks.ts';
import { jsonOf } from '../output/json.ts';
import { act } from '../run.ts';

/** `reconcile breaks`, `show`, `assign`, `comment`, `resolve`, `report`: what differs. */
export function breakCommands(reconcile: Command): void {
  reconcile
    .command('breaks [reconciliation]')
    .description('what differs, the oldest first')
    .option('--which <state>', 'open, healed or resolved', 'open')
    .option('--kind <kind>', 'such as amount or missing-at-ours')
    .option('--assignee <person>', 'only those of somebody', '')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 100)
    .action(act(list));
  reconcile
    .command('show <break>')
    .description('one break, and what was done about it')
    .action(act(show));
  reconcile
    .command('assign <break> <person>')
    .description('give a break to somebody; "" takes it from whoever has it')
    .option('--id <id>', 'the idempotency key, a UUID')
    .action(act(assign));
  reconcile
    .command('comment <break> <text>')
    .description('say something about a break')
    .option('--id <id>', 'the idempotency key, a UUID')
    .action(act(comment));
  reconcile
    .command('resolve <break>')
    .description('close a break, and post what puts money right')
    .requiredOption('--reason <text>', 'why, for the record')
    .option(
      '--adjust <amount>',
      'what an acquirer is owed more, a wallet operator owes more, or the bank holds more: "-2 JPY"',
    )
    .option('--id <id>', 'the idempotency key, a UUID')
    .action(act(resolve));
  reconcile
    .command('report [reconciliation]')
    .description('breaks counted by kind, state, age and currency')
    .option('--csv', 'as CSV, for a spreadsheet')
    .action(act(report));
}

interface ListOptions {
  which: string;
  kind?: string;
  assignee: string;
  limit: number;
}

async function list(
  cli: Cli,
  reconciliationId: string | undefined,
  { which, kind, assignee, limit: pageSize }: ListOptions,
): Promise<Answer> {
  const { breaks, nextPageToken } = await cli.as(OPERATOR_ID).reconciliations.listBreaks({
    reconciliationId: reconciliationId ?? '',
    state: named(BreakState, 'a state', which),
    kind: kind === undefined ? BreakKind.UNSPECIFIED : named(BreakKind, 'a kind', kind),
    ...{ assignee, pageSize, pageToken: '' },
  });
  const more = nextPageToken === '' ? '' : '\nthere are more: --limit, or --kind';
  return {
    text: breaks.length === 0 ? 'there are none' : breakTable(breaks) + more,
    data: { breaks: breaks.map(breakJson), next_page_token: nextPageToken },
  };
}

/** The number of an enum that somebody typed by its name. Throws a UsageError. */
function named<E extends number>(
  names: Record<string, string | E>,
  what: string,
  typed: string,
): E {
  const value = names[typed.toUpperCase().replaceAll('-', '_')];
  if (typeof value === 'number' && value > 0) return value;
  const known = Object.keys(names).filter((name) => /^[A-Z]/.test(name) && name !== 'UNSPECIFIED');
  const list = known
    .filter((name) => name !== 'UNRECOGNIZED')
    .join(', ')
    .toLowerCase();
  throw new UsageError(`"${typed}" is not ${what}; there are: ${list}`);
}

async function show(cli: Cli, breakId: string): Promise<Answer> {
  const { break: found, actions } = await cli.as(OPERATOR_ID).reconciliations.getBreak({ breakId });
  const history = actions.length === 0 ? '' : `\n\n${actionTable(actions)}`;
  return {
    text: breakRecord(found) + history,
    data: { break: breakJson(found), actions: jsonOf(actions) },
  };
}

const told = (found: Break | undefined): Answer => ({
  text: breakRecord(found),
  data: { break: breakJson(found) },
});

async function assign(
  cli: Cli,
  breakId: string,
  assignee: string,
  { id: commandId = randomUUID() }: { id?: string },
): Promise<Answer> {
  const { reconciliations } = cli.as(OPERATOR_ID);
  return told((await reconciliations.assignBreak({ commandId, breakId, assignee })).break);
}

async function comment(
  cli: Cli,
  breakId: string,
  text: string,
  { id: commandId = randomUUID() }: { id?: string },
): Promise<Answer> {
  const { reconciliations } = cli.as(OPERATOR_ID);
  return told((await reconciliations.commentBreak({ commandId, breakId, text })).break);
}

async function resolve(
  cli: Cli,
  breakId: string,
  {
    reason,
    adjust,
    id: commandId = randomUUID(),
  }: { reason: string; adjust?: string; id?: string },
): Promise<Answer> {
  const { reconciliations } = cli.as(OPERATOR_ID);
  const adjustment = adjust === undefined ? undefined : parseAmount([adjust]);
  const asked = { commandId, breakId, reason, adjustment };
  return told((await reconciliations.resolveBreak(asked)).break);
}

async function report(
  cli: Cli,
  reconciliationId: string | undefined,
  { csv = false }: { csv?: boolean },
): Promise<Answer> {
  const asked = { reconciliationId: reconciliationId ?? '' };
  const found = await cli.as(OPERATOR_ID).reconciliations.getBreakReport(asked);
  return {
    text: csv ? reportCsv(found.lines) : reportTable(found.lines),
    data: jsonOf(found, { kind: BreakKind, state: BreakState }),
  };
}
