import { mkdir } from 'node:fs/promises';
import { type Caller, downloadDay } from '@causeway/callers';
import { ParticipantKind } from '@causeway/proto/common';
import { type ClearingFile, ClearingFileKind } from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { participantNamed } from '../input/settlement-agreement.ts';
import { UsageError } from '../input/usage.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { act } from '../run.ts';

const HELP = `
A partner or a wallet operator sees its own files (--as sakura); an operator names whose:
  causeway clearing-file list acquirer sakura
  causeway clearing-file download acquirer sakura --date 2026-03-13 --out files
  causeway --as sakura clearing-file download --out files

A download that broke off is taken up where it ended. Beside the files lie the certificate of the day
and the public keys, so that "causeway certificate verify" can check them.
`;

interface DayOptions {
  date: string;
}

/** `clearing-file …`: the files of clearing days. */
export function clearingFileCommands(program: Command): void {
  const files = program
    .command('clearing-file')
    .description('the files of clearing days')
    .addHelpText('after', HELP);
  files
    .command('list [kind] [participant]')
    .description('the files of one day; kind is acquirer or issuer')
    .option('--date <date>', 'the clearing day, YYYY-MM-DD; the last one that has files', '')
    .action(act(list));
  files
    .command('download [kind] [participant]')
    .description('all files of one day, its certificate and the keys that sign')
    .option('--date <date>', 'the clearing day, YYYY-MM-DD; the last one that has files', '')
    .requiredOption('--out <dir>', 'the folder that they go to')
    .action(act(downloadAll));
}

const KIND_NAMES = { kind: ClearingFileKind, participantKind: ParticipantKind };

async function list(
  cli: Cli,
  kind: string | undefined,
  id: string | undefined,
  { date }: DayOptions,
): Promise<Answer> {
  const { files } = await filesOf(cli, kind, id, date);
  const text = table(
    [{ title: 'file' }, { title: 'bytes', align: 'right' }, { title: 'sha-256' }],
    files.map(({ name, sizeBytes, sha256 }) => [name, String(sizeBytes), sha256.slice(0, 16)]),
  );
  return { text, data: { files: jsonOf(files, KIND_NAMES) } };
}

async function downloadAll(
  cli: Cli,
  kind: string | undefined,
  id: string | undefined,
  { date, out }: DayOptions & { out: string },
): Promise<Answer> {
  const { caller, files } = await filesOf(cli, kind, id, date);
  const [first, ...others] = files;
  if (first === undefined) {
    throw new Refusal('CLEARING_FILE_UNKNOWN', 'this day has no files, or not yet');
  }
  await mkdir(out, { recursive: true });
  const day = await downloadDay(caller.clearingFiles, [first, ...others], out);
  const lines = day.saved.map(({ path, wasThere }) => `${path}${wasThere ? ' (was there)' : ''}`);
  return {
    text: [...lines, day.certificatePath, ...day.keyPaths].join('\n'),
    data: {
      clearing_date: first.clearingDate,
      files: files.map(({ name, sizeBytes, sha256 }, at) => ({
        ...{ name, size_bytes: String(sizeBytes), sha256 },
        path: day.saved[at]?.path ?? '',
      })),
      certificate: day.certificatePath,
      keys: [...day.keyPaths],
    },
  };
}

async function filesOf(
  cli: Cli,
  kind: string | undefined,
  id: string | undefined,
  date: string,
): Promise<{ caller: Caller; files: ClearingFile[] }> {
  const caller = cli.as(OPERATOR_ID);
  if (kind !== undefined && id === undefined) {
    throw new UsageError('name the participant by kind and id, as in "acquirer sakura"');
  }
  if (kind === undefined && caller.id === OPERATOR_ID) {
    throw new UsageError('say whose, as in "acquirer sakura", or be it with --as');
  }
  const participant =
    kind === undefined || id === undefined ? undefined : participantNamed(kind, id);
  const { files } = await caller.clearingFiles.listClearingFiles({
    participant,
    clearingDate: date,
  });
  return { caller, files };
}
