import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { writeDocument } from '../input/files.ts';
import { participantNamed } from '../input/settlement-agreement.ts';
import { act } from '../run.ts';

const HELP = `
The file needs nothing else: open it in a browser, and print it from there to make a PDF.

Example:
  causeway clearing report acquirer sakura 2026-11-30 --out sakura.html
`;

/** Adding up a day of a million payments takes a while. */
const TIMEOUT_MS = 10 * 60_000;

/** `clearing report`: a day for people to read. */
export function reportCommand(clearing: Command): void {
  clearing
    .command('report <kind> <participant> <day>')
    .description("a participant's day as a report to read and print; a participant sees its own")
    .requiredOption('--out <file>', 'where the HTML goes')
    .addHelpText('after', HELP)
    .action(act(report));
}

async function report(
  cli: Cli,
  kind: string,
  id: string,
  clearingDate: string,
  { out }: { out: string },
): Promise<Answer> {
  const participant = participantNamed(kind, id);
  const asked = { participant, clearingDate };
  const { reports } = cli.as(OPERATOR_ID);
  const { html } = await reports.getDayReport(asked, { timeoutMs: TIMEOUT_MS });
  await writeDocument(out, html);
  return { text: `the report is in ${out}`, data: { file: out } };
}
