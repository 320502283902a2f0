import { canonical } from './canonical.ts';
import { leafHash, rootFrom } from './tree.ts';

const VERSION = 'causeway.settlement.inclusion.v1';

/** That one line is in a certified file. */
export interface InclusionProof {
  /** From 0. */
  leafIndex: number;
  treeSize: number;
  /** The record, without its line end. */
  line: string;
  /** From the leaf up, 64 hex digits each. */
  path: readonly string[];
}

/** The proof as a document: one line of canonical JSON and a line feed. */
export function proofDocument(proof: InclusionProof): string {
  const document = {
    version: VERSION,
    leaf_index: String(proof.leafIndex),
    tree_size: String(proof.treeSize),
    line: proof.line,
    path: proof.path,
  };
  return `${canonical(document)}\n`;
}

/** Reads a proof; undefined where the text is none. */
export function readProof(text: string): InclusionProof | undefined {
  const read = parsed(text);
  if (read === undefined || read.version !== VERSION) return undefined;
  const { leaf_index, tree_size, line, path } = read;
  const [leafIndex, treeSize] = [wholeOf(leaf_index), wholeOf(tree_size)];
  if (leafIndex === undefined || treeSize === undefined) return undefined;
  return isText(line) && isPath(path) ? { leafIndex, treeSize, line, path } : undefined;
}

/** The root that the proof leads to, 64 hex digits; undefined where it leads to none. */
export function provenRoot({
  line,
  leafIndex,
  treeSize,
  path,
}: InclusionProof): string | undefined {
  const hashes = path.map((hex) => Buffer.from(hex, 'hex'));
  const at = { index: leafIndex, size: treeSize };
  return rootFrom(leafHash(line), at, hashes)?.toString('hex');
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A tree of 2^53 leaves is more than anybody makes, and its proofs have 53 hashes. */
function isPath(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= 53 &&
    value.every((one) => isText(one) && /^[0-9a-f]{64}$/.test(one))
  );
}

function wholeOf(value: unknown): number | undefined {
  if (!isText(value) || !/^(0|[1-9]\d{0,14})$/.test(value)) return undefined;
  return Number.parseInt(value, 10);
}
