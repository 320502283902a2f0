import {
  ALGORITHMS,
  checkVectors,
  OUTCOMES,
  type ReadCode,
  readCodeText,
  SCENES,
  toHex,
  VectorError,
} from '@causeway/transit';
import { nodeCryptography } from '@causeway/transit/node';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import type { Answer, Cli } from '../cli.ts';
import { readDocument } from '../input/files.ts';
import { UsageError } from '../input/usage.ts';
import type { Json } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { act } from '../run.ts';
import { transitOperatorCommands } from './transit-operators.ts';
import { transitCode, transitGrant } from './transit-phone.ts';

const HELP = `
The open protocol for rides that are paid with neither side online: libs/transit/README.md says how it
works, libs/transit/vectors.json has test vectors. The first four need no running stack, and no network.

Examples:
  causeway transit verify --vectors libs/transit/vectors.json
  causeway transit grant --out phone.json            play the issuer: two keys and a grant
  causeway transit code --phone phone.json           play the phone: a code, whose counter is then used
  causeway transit decode 'CT1:…'                    what a code says
  causeway transit ride mongkok-minibus mk-16 8.40 HKD --wallet Mei      a ride in the running stack
  causeway transit rides mongkok-minibus             what became of its taps
  causeway transit findings                          copies, clocks, denied grants: whose loss it is
  causeway transit exposure --gates 40               what grants could cost at worst
  causeway transit insight mongkok-minibus 2026-11-01 2026-11-30 --out trips.html

"verify" has the gate of libs/transit answer every case of a file of vectors, whoever wrote it, and
exits with 1 where one comes out otherwise. With --json: {"ok":…,"passed":…,"failed":…,"failures":[…]}.
`;

/** More than this is no file of vectors that anybody runs by hand. */
const MOST_VECTOR_BYTES = 64 << 20;
const MOST_SHOWN = 20;

/** `transit …`: codes for rides without a network. */
export function transitCommands(program: Command): void {
  const transit = program
    .command('transit')
    .description('rides without a network: codes and test vectors, rides, findings, insight')
    .addHelpText('after', HELP);
  transit
    .command('verify')
    .description('judge a file of test vectors')
    .requiredOption('--vectors <file>', 'the file, of the shape of libs/transit/vectors.json')
    .action(act(verifyVectors));
  transit
    .command('decode <text>')
    .description('show what a code says, without verifying it')
    .action(act(decodeTransit));
  transit
    .command('grant')
    .description('make an issuer, a phone and a grant to play with')
    .requiredOption('--out <file>', 'where the phone goes, private key and all')
    .addOption(new Option('--alg <name>', 'how it signs').choices([...ALGORITHMS]).default('EdDSA'))
    .option('--single <minor>', 'the most for one ride, in minor units', '3000')
    .option('--total <minor>', 'the most for all rides, in minor units', '10000')
    .option('--currency <code>', 'the currency of both', 'HKD')
    .option('--codes <count>', 'how many codes may be made', '100')
    .option('--hours <count>', 'for how long it is good', '24')
    .action(act(transitGrant));
  transit
    .command('code')
    .description('make the next code of such a phone')
    .requiredOption('--phone <file>', 'what "transit grant" made')
    .addOption(new Option('--scene <name>', 'what is ridden').choices(Object.keys(SCENES)))
    .action(act(transitCode));
  transitOperatorCommands(transit);
}

/** Has a gate answer a file of vectors. */
export async function verifyVectors(_: Cli, { vectors }: { vectors: string }): Promise<Answer> {
  const text = await readDocument(vectors, MOST_VECTOR_BYTES);
  const { ok, passed, failed, cases } = await checkVectors(text, nodeCryptography()).catch(
    (error: unknown) => {
      if (!(error instanceof VectorError)) throw error;
      throw new UsageError(`${vectors} is no file of vectors: ${error.message}`);
    },
  );
  const failures = cases.filter((one) => !one.ok);
  const shown = failures.slice(0, MOST_SHOWN).map(({ name, expected, found, detail }) => {
    const came =
      found === '' ? `cannot be tried: ${detail}` : `expected ${expected}, found ${found}`;
    return `${pc.red('✗')} ${name}: ${came}`;
  });
  if (failures.length > MOST_SHOWN) shown.push(`… and ${failures.length - MOST_SHOWN} more`);
  const counts = OUTCOMES.map((outcome) => {
    const of = cases.filter(({ expected }) => expected === outcome);
    return [outcome, String(of.length), String(of.filter((one) => one.ok).length)];
  });
  const lines = [
    table(
      [
        { title: 'outcome' },
        { title: 'cases', align: 'right' },
        { title: 'passed', align: 'right' },
      ],
      counts,
    ),
    ...shown,
    `${ok ? pc.green('✓') : pc.red('✗')} ${passed} passed, ${failed} failed`,
  ];
  const told = failures.map(({ name, expected, found, reason, detail }) => {
    return { name, expected, found, reason, detail };
  });
  return {
    text: lines.join('\n'),
    data: { ok, passed, failed, failures: told },
    failed: !ok,
  };
}

/** Shows a code. */
export async function decodeTransit(_: Cli, text: string): Promise<Answer> {
  const read = readCodeText(text);
  if (!read.ok) {
    return {
      text: `${pc.red('✗')} ${read.detail}`,
      data: { ok: false, detail: read.detail },
      failed: true,
    };
  }
  const data = told(read.value);
  const rows = Object.entries(data).map(([name, value]): [string, string] => [
    name.replaceAll('_', ' '),
    String(value),
  ]);
  return { text: record(rows), data: { ok: true, ...data } };
}

function told(code: ReadCode): { [name: string]: Json } {
  const { grant, keyId } = code.grant;
  return {
    issuer: grant.issuer,
    key_id: keyId,
    grant_id_hex: toHex(grant.grantId),
    subject: grant.subject,
    user_key: `${grant.userKey.algorithm} ${toHex(grant.userKey.bytes)}`,
    not_before: timeOf(grant.notBefore),
    expires_at: timeOf(grant.expiresAt),
    codes: grant.codes,
    tier: grant.tier,
    caps: grant.caps
      .map((cap) => `${cap.currencyCode} ${cap.singleMinor} of ${cap.totalMinor}`)
      .join(', '),
    scenes: grant.scenes.join(', ') || 'all',
    conversion: grant.fxRule,
    counter: code.counter,
    made_at: timeOf(code.madeAt),
    scene: code.scene ?? 'any',
    grant_bytes: code.grant.bytes.length,
    code_bytes: code.bytes.length,
  };
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
