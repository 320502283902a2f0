import { checkItemsFile, eachLine } from '@causeway/callers';
import {
  HashTree,
  type InclusionProof,
  leafHash,
  proofDocument,
  provenRoot,
  type ReadCertificate,
  readItem,
  readProof,
} from '@causeway/clearing';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { Answer, Cli } from '../cli.ts';
import {
  certificateIn,
  publicKeyIn,
  readDocument,
  reading,
  writeDocument,
} from '../input/files.ts';
import { UsageError } from '../input/usage.ts';
import type { Json } from '../output/json.ts';
import { act } from '../run.ts';

const HELP = `
Nothing here needs a running stack, nor trusts one: every total, the root of the hash tree and every
amount that follows from a rate on its own line are computed again from the items file.

The certificate holds the key that signed it. Whose key that is, only you can know: give the key that
you were told another way with --key, else the answer says that it was not compared with any.

Examples:
  causeway certificate verify --items JPY_items.csv --certificate certificate.json --key settlement.pem
  causeway certificate prove --items JPY_items.csv --item PAYMENT --out proof.json
  causeway certificate check-proof --proof proof.json --certificate certificate.json --key settlement.pem

Exit code 1 where anything is off.
`;

interface CertificateOptions {
  certificate: string;
  key?: string;
}

/** One thing that was checked. */
interface Checked {
  check: string;
  ok: boolean;
  detail?: string;
}

/** `certificate …`: what a partner can check by itself. */
export function certificateCommands(program: Command): void {
  const certificate = program
    .command('certificate')
    .description('check clearing files against their certificate; needs no running stack')
    .addHelpText('after', HELP);
  const signed = (command: Command) =>
    command
      .requiredOption('--certificate <file>', 'the certificate of the day')
      .option('--key <file>', 'the public key that must have signed it, in PEM');
  signed(certificate.command('verify'))
    .description('recompute totals and root of an items file and check the signature')
    .requiredOption('--items <file>', 'the items file')
    .action(act(verify));
  certificate
    .command('prove')
    .description('make a proof that one item is in an items file')
    .requiredOption('--items <file>', 'the items file')
    .requiredOption('--item <id>', 'the payment that was captured, or the refund')
    .requiredOption('--out <file>', 'where the proof goes')
    .action(act(prove));
  signed(certificate.command('check-proof'))
    .description('check such a proof, without the items file')
    .requiredOption('--proof <file>', 'the proof')
    .action(act(checkProof));
}

/** Recomputes an items file and compares it with its certificate. */
export async function verify(
  _: Cli,
  options: CertificateOptions & { items: string },
): Promise<Answer> {
  const certificate = await certificateIn(options.certificate);
  if (typeof certificate === 'string') return answerOf([unreadable(certificate)]);
  const { items } = options;
  const { file, certified, wrong } = await reading(items, () => checkItemsFile(items, certificate));
  const { problems, problemCount } = file;
  const told = problems.map(({ line, message }) => `line ${line}: ${message}`);
  const more = problemCount - problems.length;
  const checks = [
    ...(await signatureChecks(certificate, options)),
    outcome(
      'every line follows from its own rates',
      more > 0 ? [...told, `and ${more} more`] : told,
    ),
    outcome('totals, root and content are those certified', wrong),
  ];
  return answerOf(checks, {
    ...about(certificate, options),
    currency_code: file.currencyCode ?? certified?.currencyCode ?? '',
    item_count: String(file.itemCount),
    captured_minor: String(file.capturedMinor),
    refunded_minor: String(file.refundedMinor),
    fees_minor: String(file.feesMinor),
    net_minor: String(certified?.netMinor ?? ''),
    tree_root: file.treeRoot,
  });
}

/** Writes the proof that one item is in an items file. */
export async function prove(
  _: Cli,
  { items, item, out }: { items: string; item: string; out: string },
): Promise<Answer> {
  const tree = new HashTree();
  let found: Pick<InclusionProof, 'leafIndex' | 'line'> | undefined;
  let isHeader = true;
  const { broken } = await reading(items, () =>
    eachLine(items, (bytes) => {
      if (isHeader) {
        isHeader = false;
        return;
      }
      const line = Buffer.from(bytes).toString();
      const isIt = found === undefined && line.includes(item) && idOf(line) === item;
      if (isIt) found = { leafIndex: tree.size, line };
      tree.append(leafHash(bytes), isIt);
    }),
  );
  if (broken !== undefined) throw new UsageError(`${items} is no items file: ${broken.message}`);
  if (found === undefined) {
    return answerOf([
      { check: `${item} is in the file`, ok: false, detail: 'there is no such item' },
    ]);
  }
  const { path, size, root } = tree.finish();
  const hashes = path.map((hash) => hash.toString('hex'));
  await writeDocument(out, proofDocument({ ...found, treeSize: size, path: hashes }));
  return answerOf([{ check: `${item} is in the file`, ok: true }], {
    item,
    proof: out,
    leaf_index: String(found.leafIndex),
    tree_size: String(size),
    tree_root: root.toString('hex'),
  });
}

/** Compares what a proof leads to with a certificate. */
export async function checkProof(
  _: Cli,
  options: CertificateOptions & { proof: string },
): Promise<Answer> {
  const certificate = await certificateIn(options.certificate);
  if (typeof certificate === 'string') return answerOf([unreadable(certificate)]);
  const proof = readProof(await readDocument(options.proof));
  const root = proof && provenRoot(proof);
  const certified = certificate.currencies.find(
    ({ treeRoot, itemCount }) => treeRoot === root && itemCount === BigInt(proof?.treeSize ?? -1),
  );
  const checks = [
    ...(await signatureChecks(certificate, options)),
    outcome('the line is in a certified file', certified ? [] : ['it leads to no certified root']),
  ];
  return answerOf(checks, {
    ...about(certificate, options),
    currency_code: certified?.currencyCode ?? '',
    line: proof?.line ?? '',
  });
}

/** The id that a line is asked for by. */
function idOf(line: string): string {
  const { kind, paymentId, refundId } = readItem(line);
  return kind === 'refund' ? refundId : paymentId;
}

async function signatureChecks(
  certificate: ReadCertificate,
  { key }: CertificateOptions,
): Promise<Checked[]> {
  const checks = [
    outcome('the certificate is signed', certificate.isSigned ? [] : ['the signature is wrong']),
  ];
  if (key === undefined) return checks;
  const isTheirs = Buffer.from(certificate.publicKey).equals(await publicKeyIn(key));
  return [...checks, outcome('with the key given', isTheirs ? [] : ['it is another key'])];
}

function about(certificate: ReadCertificate, { key }: CertificateOptions): { [key: string]: Json } {
  return {
    participant_kind: certificate.participantKind,
    participant_id: certificate.participantId,
    clearing_date: certificate.clearingDate,
    key_id: certificate.keyId,
    compared_with_key: key ?? 'none: it holds the key itself',
  };
}

function unreadable(message: string): Checked {
  return { check: 'the certificate can be read', ok: false, detail: message };
}

function outcome(check: string, wrong: readonly string[]): Checked {
  return wrong.length === 0 ? { check, ok: true } : { check, ok: false, detail: wrong.join('; ') };
}

function answerOf(checks: readonly Checked[], data: { [key: string]: Json } = {}): Answer {
  const ok = checks.every((one) => one.ok);
  const lines = checks.map(({ check, ok: holds, detail }) =>
    holds ? `${pc.green('✓')} ${check}` : `${pc.red('✗')} ${check}: ${detail}`,
  );
  const facts = Object.entries(data).map(
    ([name, value]) => `  ${pc.dim(name.replaceAll('_', ' '))} ${String(value)}`,
  );
  const listed = checks.map(({ check, ok: holds, detail = '' }) => ({ check, ok: holds, detail }));
  return {
    text: [...lines, ...facts].join('\n'),
    data: { ok, ...data, checks: listed },
    failed: !ok,
  };
}
