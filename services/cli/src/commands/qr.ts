import {
  type CpmFields,
  decode,
  type Encoded,
  encodeCpm,
  encodeMpm,
  type MpmFields,
  type Policy,
  type Problem,
} from '@causeway/emvqr';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import type { Answer, Cli } from '../cli.ts';
import { parseFields, type RawFields, withSetting } from '../input/fields.ts';
import { readStdin } from '../input/stdin.ts';
import { UsageError } from '../input/usage.ts';
import type { Json } from '../output/json.ts';
import { cpmText, mpmText, problemText } from '../output/qr.ts';
import { act } from '../run.ts';

const DECODE_HELP = `
A payload is what a scanner reads: "000201…" of a merchant, base64 "hQVDUFYwMW…" of a consumer.
It is refused, with exit code 1, unless its data objects are whole, its checksum is right and it
names somebody to pay. Whatever else departs from the standard is listed as a problem.

With --json: {"ok":true,"mode":"MPM","strict":true,"problems":[],"fields":{…}}, where strict says
that there is no problem, or {"ok":false,"problems":[{"code":…,"tag":…,"message":…}]}.

Examples:
  causeway qr decode '00020101021126…6304A13A'
  causeway qr decode '00020101021126…6304A13A' --json
  causeway qr decode --policy strict - < payload.txt    only what follows the standard
`;

const ENCODE_HELP = `
Fields are those of "qr decode --json", or its whole answer, as an argument or on stdin; --set
sets single ones, on top of them. The checksum is worked out, and payloadFormatIndicator is 01
unless given. What would not be read again is not written: exit code 1.

Examples:
  causeway qr encode --set mai_29.00=A000000677010111 --set mai_29.01=0066800000000 \\
      --set currencyNumeric=764 --set amount=20.15 --set country=TH
  causeway qr encode '{"mai_26":{"00":"hk.com.hkicl","02":"1234567"},"mcc":"0000",
      "currencyNumeric":"344","country":"HK","merchantName":"NA","merchantCity":"HK"}'
  causeway qr decode "$payload" --json | causeway qr encode - --set amount=5.00
`;

interface QrOptions {
  policy: Policy;
}

interface EncodeOptions extends QrOptions {
  fields?: string;
  set?: string[];
}

/** `qr`: EMVCo QR codes, which need no running stack. */
export function qrCommands(program: Command): void {
  const qr = program.command('qr').description('EMVCo QR codes; needs no running stack');
  qr.command('decode <payload...>')
    .description('read a code that a merchant or a consumer presents; "-" takes it from stdin')
    .addOption(policyOption('what is accepted'))
    .addHelpText('after', DECODE_HELP)
    .action(
      act(async (_: Cli, words: string[], options: QrOptions) => {
        // A payload holds spaces; somebody may have forgotten the quotes around it.
        const typed = words.join(' ');
        return decoded(typed === '-' ? await readStdin('a payload') : typed, options.policy);
      }),
    );
  qr.command('encode [fields]')
    .description('write a code, the inverse of decode; "-" takes the fields from stdin')
    .option('--fields <json>', 'the fields, instead of the argument')
    .option('--set <field=value>', 'one field; may be repeated', (one, all: string[] = []) => [
      ...all,
      one,
    ])
    .addOption(policyOption('what is given out'))
    .addHelpText('after', ENCODE_HELP)
    .action(
      act(async (_: Cli, argument: string | undefined, options: EncodeOptions) =>
        encoded(await fieldsFrom(argument, options), options.policy),
      ),
    );
}

function policyOption(what: string): Option {
  return new Option('--policy <policy>', `${what}: as found in the field, or as the standard says`)
    .choices(['field', 'strict'])
    .default('field');
}

/** The answer to one payload. */
export function decoded(payload: string, policy: Policy): Answer {
  const read = decode(payload, policy);
  if (!read.ok) return refused('this is not a code to pay by', read.problems);
  const { ok, mode, strict, problems } = read;
  const code = mode === 'MPM' ? "a merchant's code" : "a consumer's code";
  const standing = strict ? 'as the standard says' : 'as found in the field';
  const parts = [
    `${pc.green('✓')} ${code}, ${standing}`,
    mode === 'MPM' ? mpmText(read.fields) : cpmText(read.fields),
    ...(strict ? [] : [problemText(problems)]),
  ];
  return {
    text: parts.join('\n\n'),
    data: { ok, mode, strict, problems: plain(problems), fields: plain(read.fields) },
  };
}

/** The answer to fields. */
export function encoded(fields: RawFields, policy: Policy): Answer {
  const isCpm = Array.isArray(fields);
  // The codec checks whatever stands in fields from outside.
  const made: Encoded = isCpm
    ? encodeCpm(fields as CpmFields, policy)
    : encodeMpm(fields as MpmFields, policy);
  if (!made.ok) return refused('these fields make no code', made.problems);
  const { ok, payload, strict, problems } = made;
  const mode = isCpm ? 'CPM' : 'MPM';
  return { text: payload, data: { ok, mode, strict, problems: plain(problems), payload } };
}

async function fieldsFrom(
  argument: string | undefined,
  { fields, set = [] }: EncodeOptions,
): Promise<RawFields> {
  if (argument !== undefined && fields !== undefined) {
    throw new UsageError('give the fields once: as the argument or with --fields');
  }
  return set.reduce(withSetting, await givenFields(argument ?? fields, set.length > 0));
}

async function givenFields(typed: string | undefined, isSetAlone: boolean): Promise<RawFields> {
  if (typed === undefined && isSetAlone) return {};
  if (typed !== undefined && typed !== '-') return parseFields(typed);
  return parseFields(await readStdin('fields'));
}

function refused(what: string, problems: readonly Problem[]): Answer {
  return {
    text: `${pc.red('✗')} ${what}\n\n${problemText(problems)}`,
    data: { ok: false, problems: plain(problems) },
    failed: true,
  };
}

/** What the codec answers holds only what JSON holds; its types are narrower. */
function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
