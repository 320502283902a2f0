import { basename } from 'node:path';
import {
  FileFormat,
  type Reconciliation,
  type UploadFileRequest,
  type UploadHeader,
  type UploadProgress,
} from '@causeway/proto/settlement';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { piecesOf } from '../input/files.ts';
import { participantNamed } from '../input/settlement-agreement.ts';
import { UsageError } from '../input/usage.ts';
import { reconciliationJson, reconciliationRecord } from '../output/breaks.ts';
import { act } from '../run.ts';
import { breakCommands } from './breaks.ts';

const HELP = `
Three sides are held against each other: our books, a participant's own file, a bank's statement.

Examples:
  causeway reconcile upload day.csv --of acquirer sakura --day 2026-11-30
  causeway reconcile upload day.csv --day 2026-11-30 --as sakura    a partner's own
  causeway reconcile upload statement.xml --bank
  causeway reconcile breaks --kind amount
  causeway reconcile resolve <break> --reason "their till" --adjust "-2 JPY"
  causeway reconcile report --csv

services/settlement/src/reconciliation/README.md has the columns of files and the kinds of breaks.
`;

const PIECE_BYTES = 256 << 10;

/** `reconcile …`: the books against others' files, and what differs. */
export function reconcileCommands(program: Command): void {
  const reconcile = program
    .command('reconcile')
    .description("the books against participants' files and banks' statements")
    .addHelpText('after', HELP);
  reconcile
    .command('upload <file>')
    .description('send a file, and wait until it is matched')
    .option('--of <kind and participant...>', 'whose file it is: acquirer sakura')
    .option('--day <day>', 'the clearing day that it is about')
    .option('--bank', "a bank's statement; which days it is about stands in it")
    .option('--format <format>', 'csv or camt053; by the name of the file unless given')
    .action(act(upload));
  reconcile
    .command('status [reconciliation]')
    .description('where one reconciliation stands, or which there are')
    .action(act(status));
  reconcile
    .command('run <reconciliation>')
    .description('match its file once more, since the books have changed')
    .action(act(run));
  breakCommands(reconcile);
}

interface UploadOptions {
  of?: string[];
  day?: string;
  bank?: boolean;
  format?: string;
}

async function upload(cli: Cli, file: string, options: UploadOptions): Promise<Answer> {
  const { reconciliations } = cli.as(OPERATOR_ID);
  const header = headerOf(file, options);
  for await (const { state } of reconciliations.uploadFile(requests(header, file))) {
    if (state?.$case === 'progress') tellProgress(state.value);
    if (state?.$case === 'result') {
      const { reconciliation, known } = state.value;
      const note = known ? 'The same file was taken before: nothing has changed.\n' : '';
      return {
        text: note + reconciliationRecord(reconciliation),
        data: { known, reconciliation: reconciliationJson(reconciliation) },
      };
    }
  }
  throw new Error('the upload ended without an answer');
}

function headerOf(file: string, { of, day, bank, format }: UploadOptions): UploadHeader {
  const fileName = basename(file).slice(0, 128);
  const written = formatNamed(format ?? (file.endsWith('.xml') ? 'camt053' : 'csv'));
  if (bank) return { about: { $case: 'bankStatement', value: {} }, format: written, fileName };
  if (day === undefined) throw new UsageError('say which day it is about (--day), or --bank');
  const [kind, id] = of ?? [];
  const participant = kind === undefined ? undefined : participantNamed(kind, id ?? '');
  const value = { participant, clearingDate: day };
  return { about: { $case: 'partnerDay', value }, format: written, fileName };
}

function formatNamed(typed: string): FileFormat {
  if (typed === 'csv') return FileFormat.CSV;
  if (typed === 'camt053') return FileFormat.CAMT_053;
  throw new UsageError(`a file is csv or camt053, not "${typed}"`);
}

async function* requests(header: UploadHeader, file: string): AsyncGenerator<UploadFileRequest> {
  yield { part: { $case: 'header', value: header } };
  for await (const piece of piecesOf(file, PIECE_BYTES)) {
    yield { part: { $case: 'piece', value: piece } };
  }
}

/** On stderr, so that the answer stays alone on stdout. */
function tellProgress({ byteCount, lineCount, step, doneCount }: UploadProgress): void {
  const now =
    step === ''
      ? `${lineCount} lines, ${byteCount} bytes sent`
      : `${step}${doneCount > 0n ? `: ${doneCount}` : ''}`;
  process.stderr.write(`… ${now}\n`);
}

async function status(cli: Cli, reconciliationId: string | undefined): Promise<Answer> {
  const { reconciliations: api } = cli.as(OPERATOR_ID);
  if (reconciliationId !== undefined) {
    const { reconciliation } = await api.getReconciliation({ reconciliationId });
    return {
      text: reconciliationRecord(reconciliation),
      data: reconciliationJson(reconciliation),
    };
  }
  const { reconciliations } = await api.listReconciliations({ pageSize: 50, pageToken: '' });
  const text = reconciliations.map((one) => reconciliationRecord(one)).join('\n\n');
  return { text, data: { reconciliations: reconciliations.map(reconciliationJson) } };
}

async function run(cli: Cli, reconciliationId: string): Promise<Answer> {
  const { reconciliations: api } = cli.as(OPERATOR_ID);
  await api.runReconciliation({ reconciliationId });
  const reconciliation = await untilMatched(cli, reconciliationId);
  return { text: reconciliationRecord(reconciliation), data: reconciliationJson(reconciliation) };
}

const POLL_MS = 300;

async function untilMatched(cli: Cli, reconciliationId: string): Promise<Reconciliation> {
  for (;;) {
    const { reconciliations: api } = cli.as(OPERATOR_ID);
    const { reconciliation } = await api.getReconciliation({ reconciliationId });
    if (reconciliation && !reconciliation.running) return reconciliation;
    await cli.runtime.timers.sleep(POLL_MS);
  }
}
