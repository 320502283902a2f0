import { hash } from 'node:crypto';

/** A subtree whose leaves are all there. */
interface Node {
  hash: Buffer;
  /** It has 2^level leaves. */
  level: number;
  /** Whether the leaf that is to be proven is in it. */
  holdsMarked: boolean;
}

/** A tree that has all its leaves. */
export interface FinishedTree {
  root: Buffer;
  size: number;
  /** What proves that the marked leaf is in it, from the leaf up; empty where none was marked. */
  path: Buffer[];
}

/** The hash of one line: SHA-256 of a zero byte and the line without its end, in UTF-8. */
export function leafHash(line: string | Uint8Array): Buffer {
  if (typeof line === 'string') return hash('sha256', `\0${line}`, 'buffer');
  const bytes = Buffer.allocUnsafe(line.length + 1);
  bytes[0] = 0;
  bytes.set(line, 1);
  return hash('sha256', bytes, 'buffer');
}

/** The hash of two subtrees: SHA-256 of a one byte and both of their hashes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return hash('sha256', bytes, 'buffer');
}

/**
 * The hash tree of RFC 6962, made leaf by leaf: it keeps one hash for each level, so a million
 * leaves need twenty.
 */
export class HashTree {
  /** From the largest, leftmost subtree to the smallest. */
  readonly #subtrees: Node[] = [];
  readonly #path: Buffer[] = [];
  #size = 0;

  /** How many leaves it has so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds the next leaf, as `leafHash` made it; at most one is marked, for its proof. */
  append(leaf: Buffer, marked = false): void {
    this.#size += 1;
    let node: Node = { hash: leaf, level: 0, holdsMarked: marked };
    for (
      let left = this.#subtrees.at(-1);
      left?.level === node.level;
      left = this.#subtrees.at(-1)
    ) {
      this.#subtrees.pop();
      node = joined(left, node, this.#path);
    }
    this.#subtrees.push(node);
  }

  /** The root over the leaves so far, and the proof of the marked one. The tree can go on. */
  finish(): FinishedTree {
    const path = [...this.#path];
    let node = this.#subtrees.at(-1);
    for (const left of this.#subtrees.slice(0, -1).toReversed()) {
      node = node === undefined ? left : joined(left, node, path);
    }
    return { root: node?.hash ?? hash('sha256', '', 'buffer'), size: this.#size, path };
  }
}

/** Notes the other side's hash on the way of the marked leaf to the root. */
function joined(left: Node, right: Node, path: Buffer[]): Node {
  if (left.holdsMarked) path.push(right.hash);
  if (right.holdsMarked) path.push(left.hash);
  return {
    hash: nodeHash(left.hash, right.hash),
    level: left.level + 1,
    holdsMarked: left.holdsMarked || right.holdsMarked,
  };
}

/**
 * The root that a proof leads to from a leaf (RFC 9162, 2.1.3.2); undefined where a tree of this
 * size has no such leaf, or its proofs there are of another length.
 */
export function rootFrom(
  leaf: Uint8Array,
  at: { index: number; size: number },
  path: readonly Uint8Array[],
): Buffer | undefined {
  if (at.index < 0 || at.index >= at.size) return undefined;
  let { index } = at;
  let last = at.size - 1;
  let root: Buffer = Buffer.from(leaf);
  for (const other of path) {
    if (last === 0) return undefined;
    if (index % 2 === 1 || index === last) {
      root = nodeHash(other, root);
      while (index % 2 === 0 && index !== 0) {
        index = Math.floor(index / 2);
        last = Math.floor(last / 2);
      }
    } else {
      root = nodeHash(root, other);
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : undefined;
}
