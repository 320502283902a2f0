import { ParticipantKind } from '@causeway/proto/common';
import { type Window, WindowState, type WindowSum } from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { participantNamed } from '../input/settlement-agreement.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { type Column, record, table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';
import { reportCommand } from './report.ts';

const HELP = `
A window is one clearing day of one participant, an "acquirer" or an "issuer". It is OPEN while
payments are stamped with its day, CLOSED until all of them are booked and none may leave it any
more, PENDING while its money is due, and then SETTLED, or ABORTED where it was given up.

Examples:
  causeway clearing windows --which pending
  causeway clearing close acquirer sakura --wait 30
  causeway clearing show acquirer sakura 2026-11-30
  causeway clearing settle acquirer sakura 2026-11-30 --reference ZENGIN-20261201-17
`;

const NO_DATE = '';
const POLL_MS = 200;

/** `clearing …`: the days of participants, and what they come to. */
export function windowCommands(program: Command): void {
  const known = program.commands.find((command) => command.name() === 'clearing');
  const clearing = known ?? program.command('clearing').description('how participants are settled');
  clearing.addHelpText('after', HELP);
  clearing
    .command('windows [kind] [participant]')
    .description('windows, the newest day first; a participant sees its own')
    .option('--which <state>', 'only those: open, closed, pending, settled or aborted')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 50)
    .action(act(list));
  clearing
    .command('show <kind> <participant> <day>')
    .description('what a window comes to, or holds so far')
    .action(act(show));
  clearing
    .command('close <kind> <participant>')
    .description('close the open window now: what comes later is of the next day')
    .option('--day <day>', 'that day, if it is still open')
    .option('--wait <seconds>', 'until it is final', wholeNumber('--wait', 0, 600), 0)
    .action(act(close));
  clearing
    .command('settle <kind> <participant> <day>')
    .description('record that the money of a pending window has moved')
    .requiredOption('--reference <text>', "the bank's reference of the movement")
    .action(act(settle));
  clearing
    .command('abort <kind> <participant> <day>')
    .description('give a pending window up: what is due is carried to the next')
    .requiredOption('--reason <text>', 'why, for the record')
    .action(act(abort));
  reportCommand(clearing);
}

async function list(
  cli: Cli,
  kind: string | undefined,
  participantId: string | undefined,
  { which, limit }: { which?: string; limit: number },
): Promise<Answer> {
  const { windows } = await cli.as(OPERATOR_ID).windows.listWindows({
    participant: kind === undefined ? undefined : participantNamed(kind, participantId ?? ''),
    state: stateNamed(which),
    ...{ pageSize: limit, pageToken: '' },
  });
  const columns: Column[] = [
    ...['participant', 'as', 'day', 'state'].map((title) => ({ title })),
    ...SUM_COLUMNS.map(({ title }): Column => ({ title, align: 'right' })),
  ];
  const rows = windows.flatMap((window) => {
    const { participant, clearingDate } = window;
    const name = participant?.participantId ?? '';
    const heads = [name, kindOf(window), clearingDate, WindowState[window.state] ?? ''];
    if (window.sums.length === 0) return [heads];
    return window.sums.map((sum) => [...heads, ...SUM_COLUMNS.map(({ of }) => of(sum))]);
  });
  return { text: table(columns, rows), data: { windows: windows.map(windowJson) } };
}

const SUM_COLUMNS: readonly { title: string; of: (sum: WindowSum) => string }[] = [
  { title: 'items', of: (sum) => String(sum.itemCount) },
  { title: 'captured', of: (sum) => money(sum.captured) },
  { title: 'refunded', of: (sum) => money(sum.refunded) },
  { title: 'fees', of: (sum) => money(sum.fees) },
  { title: 'net', of: (sum) => money(sum.net) },
  { title: 'due', of: (sum) => money(sum.due) },
];

function stateNamed(typed: string | undefined): WindowState {
  if (typed === undefined) return WindowState.UNSPECIFIED;
  const state = WindowState[typed.toUpperCase() as keyof typeof WindowState];
  if (state) return state;
  throw new UsageError(`a window is open, closed, pending, settled or aborted, not "${typed}"`);
}

async function show(cli: Cli, kind: string, id: string, clearingDate: string): Promise<Answer> {
  const participant = participantNamed(kind, id);
  const { window } = await cli.as(OPERATOR_ID).windows.getWindow({ participant, clearingDate });
  return answerOf(window);
}

async function close(
  cli: Cli,
  kind: string,
  id: string,
  { day = NO_DATE, wait }: { day?: string; wait: number },
): Promise<Answer> {
  const participant = participantNamed(kind, id);
  const { windows } = cli.as(OPERATOR_ID);
  let { window } = await windows.closeWindow({ participant, clearingDate: day });
  const { clock, timers } = cli.runtime;
  const untilMs = clock.monotonicMs() + wait * 1_000;
  const clearingDate = window?.clearingDate ?? day;
  while (window?.state === WindowState.CLOSED && clock.monotonicMs() < untilMs) {
    await timers.sleep(POLL_MS);
    ({ window } = await windows.getWindow({ participant, clearingDate }));
  }
  const answer = answerOf(window);
  return { ...answer, failed: wait > 0 && window?.state === WindowState.CLOSED };
}

async function settle(
  cli: Cli,
  kind: string,
  id: string,
  clearingDate: string,
  { reference: bankReference }: { reference: string },
): Promise<Answer> {
  const participant = participantNamed(kind, id);
  const asked = { participant, clearingDate, bankReference };
  const { window } = await cli.as(OPERATOR_ID).windows.settleWindow(asked);
  return answerOf(window);
}

async function abort(
  cli: Cli,
  kind: string,
  id: string,
  clearingDate: string,
  { reason }: { reason: string },
): Promise<Answer> {
  const participant = participantNamed(kind, id);
  const { window } = await cli
    .as(OPERATOR_ID)
    .windows.abortWindow({ participant, clearingDate, reason });
  return answerOf(window);
}

function answerOf(window: Window | undefined): Answer {
  if (window === undefined) throw new Error('an answer without a window');
  const parts = [windowRecord(window), ...window.sums.map(sumRecord)];
  return { text: parts.join('\n\n'), data: { window: windowJson(window) } };
}

function windowRecord(window: Window): string {
  return record([
    ['window', `${kindOf(window)} ${window.participant?.participantId} ${window.clearingDate}`],
    ['state', `${WindowState[window.state]}${window.closedEarly ? ', closed early' : ''}`],
    ['agreement', window.agreementVersion === 0 ? '' : `version ${window.agreementVersion}`],
    ['opened', moment(window.openTime)],
    ['closed', moment(window.closeTime)],
    ['final', moment(window.finalTime)],
    ['ended', moment(window.endTime)],
    ['reference', window.endReference],
  ]);
}

function sumRecord(sum: WindowSum): string {
  const unlessZero = (amount: WindowSum['net']) =>
    amount?.amountMinor === 0n ? '' : money(amount);
  return record([
    ['items', String(sum.itemCount)],
    ['captured', money(sum.captured)],
    ['refunded', unlessZero(sum.refunded)],
    ['fees', unlessZero(sum.fees)],
    ['fee tier', sum.feeTier > 1 ? String(sum.feeTier) : ''],
    ['adjustments', unlessZero(sum.adjustments)],
    ['disputes', unlessZero(sum.disputes)],
    ['carried', unlessZero(sum.carried)],
    ['reserve held', unlessZero(sum.reserveHeld)],
    ['reserve released', unlessZero(sum.reserveReleased)],
    ['net', money(sum.net)],
    ['due', `${money(sum.due)} on ${sum.valueDate}`],
  ]);
}

function kindOf({ participant }: Window): string {
  return (ParticipantKind[participant?.participantKind ?? 0] ?? '').toLowerCase();
}

function windowJson(window: Window) {
  return jsonOf(window, { participantKind: ParticipantKind, state: WindowState });
}
