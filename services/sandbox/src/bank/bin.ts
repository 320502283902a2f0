import { createReadStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findStack, openCallers } from '@causeway/callers';
import { csvLines, ITEMS_HEADER, type ItemLine, LINE_END, readItem } from '@causeway/clearing';
import { systemRuntime } from '@causeway/runtime';
import { bookedBy, MISDEEDS, type Misdeed } from './misbehave.ts';
import { FLAWS, type Flaw, partnerFileOf } from './partner-file.ts';
import { type Movement, statementOf } from './statement.ts';
import { camt053Of, csvOf } from './write.ts';

const USAGE = `Usage: causeway sandbox-bank <command>

A bank to play with, at which the switch has an account in every currency, and partners' own files.

  statement --currency JPY --from 2026-11-30 --to 2026-12-01 --out DIR
            [--misbehave ${MISDEEDS.join(',')}]
      Books what the windows of the running stack move on those days, and writes the statement as
      camt.053 and as CSV. The first movement suffers the first misdeed of the list, and so on.

  partner-file ITEMS.csv --day 2026-11-30 --out FILE [--cancelled PAYMENT]
            [--flaws ${FLAWS.join(',')}]
      Writes a partner's own file of the day from a downloaded items file. The first item has the
      first flaw of the list, and so on.
`;

/** What was typed cannot be understood. */
class Misunderstood extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ currency: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
      ...{ out: { type: 'string' }, misbehave: { type: 'string' }, day: { type: 'string' } },
      ...{ flaws: { type: 'string' }, cancelled: { type: 'string' }, state: { type: 'string' } },
    },
  });
  const [command, file] = positionals;
  const need = (name: keyof typeof values): string => {
    const value = values[name];
    if (value === undefined) throw new Misunderstood(`--${name} is missing`);
    return value;
  };
  if (command === 'statement') {
    await writeStatement({
      ...{ currencyCode: need('currency'), fromDate: need('from'), toDate: need('to') },
      ...{ folder: need('out'), state: values.state ?? '.causeway' },
      misdeeds: listOf<Misdeed>(values.misbehave, MISDEEDS),
    });
    return 0;
  }
  if (command !== 'partner-file' || file === undefined) throw new Misunderstood('which command?');
  const flaws = listOf<Flaw>(values.flaws, FLAWS);
  const cancelled = values.cancelled === undefined ? {} : { cancelledPaymentId: values.cancelled };
  await writePartnerFile(file, need('out'), { clearingDate: need('day'), flaws, ...cancelled });
  return 0;
}

function listOf<Word extends string>(typed: string | undefined, known: readonly Word[]): Word[] {
  return (typed ?? '')
    .split(',')
    .filter((word) => word !== '')
    .map((word) => {
      const found = known.find((one) => one === word);
      if (found === undefined) throw new Misunderstood(`"${word}" is none of ${known.join(', ')}`);
      return found;
    });
}

/** The account's balance begins this long before any statement. */
const PAST_DAYS = 60;
const DAY_MS = 86_400_000;

async function writeStatement(asked: {
  currencyCode: string;
  fromDate: string;
  toDate: string;
  folder: string;
  state: string;
  misdeeds: readonly Misdeed[];
}): Promise<void> {
  const { currencyCode, fromDate, toDate, folder, misdeeds } = asked;
  const runtime = systemRuntime({ service: 'sandbox-bank', logLevel: 'fatal' });
  const callers = openCallers(runtime, findStack(asked.state));
  const earlier = new Date(Date.parse(fromDate) - PAST_DAYS * DAY_MS).toISOString().slice(0, 10);
  const { movements } = await callers
    .as('ops')
    .reconciliations.listMovements({ currencyCode, fromDate: earlier, toDate })
    .finally(() => callers.close());
  const moved = movements.map(
    ({ reference, amount, valueDate, told: text }): Movement => ({
      ...{ reference, valueDate, text, signedMinor: amount?.amountMinor ?? 0n },
    }),
  );
  // Misdeeds befall the days that were asked for, and leave the past alone.
  const past = bookedBy(
    currencyCode,
    moved.filter(({ valueDate }) => valueDate < fromDate),
  );
  const now = bookedBy(
    currencyCode,
    moved.filter(({ valueDate }) => valueDate >= fromDate),
    misdeeds,
  );
  const statement = statementOf(currencyCode, { fromDate, toDate }, [...past, ...now]);
  await mkdir(folder, { recursive: true });
  const base = join(folder, `statement-${statement.statementId}`);
  await writeFile(`${base}.xml`, camt053Of(statement));
  await writeFile(`${base}.csv`, csvOf(statement));
  process.stdout.write(`${base}.xml\n${base}.csv\n`);
}

async function writePartnerFile(
  itemsFile: string,
  out: string,
  derived: Parameters<typeof partnerFileOf>[1],
): Promise<void> {
  await mkdir(dirname(out), { recursive: true });
  const file = await open(out, 'w');
  try {
    for await (const line of partnerFileOf(itemsIn(itemsFile), derived)) await file.write(line);
  } finally {
    await file.close();
  }
  process.stdout.write(`${out}\n`);
}

async function* itemsIn(file: string): AsyncGenerator<ItemLine> {
  let isHeader = true;
  for await (const bytes of csvLines(createReadStream(file))) {
    const line = bytes.toString('utf8');
    if (!isHeader) yield readItem(line);
    else if (line + LINE_END !== ITEMS_HEADER) throw new Misunderstood(`${file} is no items file`);
    isHeader = false;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof Misunderstood || error instanceof TypeError;
  process.stderr.write(`${(error as Error).message}\n${isUsage ? `\n${USAGE}` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}
