import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller } from '@causeway/callers';
import { ParticipantKind } from '@causeway/proto/common';
import { type ClearingFile, ClearingFileKind } from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { download, type Saved } from '../input/download.ts';
import { writeDocument } from '../input/files.ts';
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
  const [first] = files;
  if (first === undefined) {
    throw new Refusal('CLEARING_FILE_UNKNOWN', 'this day has no files, or not yet');
  }
  await mkdir(out, { recursive: true });
  const saved: Saved[] = [];
  for (const file of files) saved.push(await download(caller.clearingFiles, file, out));
  const beside = await besides(caller, first, out);
  const lines = saved.map(({ path, wasThere }) => `${path}${wasThere ? ' (was there)' : ''}`);
  return {
    text: [...lines, ...beside].join('\n'),
    data: {
      clearing_date: first.clearingDate,
      files: files.map(({ name, sizeBytes, sha256 }, at) => ({
        ...{ name, size_bytes: String(sizeBytes), sha256 },
        path: saved[at]?.path ?? '',
      })),
      besides: beside,
    },
  };
}

/** Writes the certificate and the keys; answers where. */
async function besides(caller: Caller, file: ClearingFile, out: string): Promise<string[]> {
  const { participant, clearingDate, name, currencyCode } = file;
  const { document } = await caller.clearingFiles.getCertificate({ participant, clearingDate });
  const stem = name.slice(0, name.indexOf(`_${currencyCode}_`));
  const certificate = join(out, `${stem}_certificate.json`);
  await writeDocument(certificate, document);
  const { keys } = await caller.clearingFiles.listSigningKeys({});
  const paths = [certificate];
  for (const { keyId, pem } of keys) {
    const path = join(out, `settlement-key-${keyId}.pem`);
    await writeDocument(path, pem);
    paths.push(path);
  }
  return paths;
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
