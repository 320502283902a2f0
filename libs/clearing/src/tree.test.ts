import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashTree, leafHash, rootFrom } from './tree.ts';

/** The leaves and roots that implementations of RFC 6962 compare themselves with. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657'].concat(
  '606162636465666768696a6b6c6d6e6f',
);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('the roots are those of RFC 6962, for every size as the tree grows', () => {
  const tree = new HashTree();
  expect(tree.finish().root.toString('hex')).toBe(ROOTS[0]);
  for (const [index, leaf] of LEAVES.entries()) {
    tree.append(leafHash(Buffer.from(leaf, 'hex')));
    expect(tree.finish().root.toString('hex')).toBe(ROOTS[index + 1]);
  }
  expect(tree.size).toBe(LEAVES.length);
});

test('a line is hashed alike as text and as bytes', () => {
  expect(leafHash('capture,東京')).toEqual(leafHash(Buffer.from('capture,東京')));
});

/** The definition, word by word. */
function definedRoot(leaves: readonly Buffer[]): Buffer {
  const sha256 = (...parts: Uint8Array[]) =>
    createHash('sha256').update(Buffer.concat(parts)).digest();
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), only);
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return sha256(Buffer.of(1), definedRoot(left), definedRoot(right));
}

const anySize = fc.integer({ min: 1, max: 70 });
const linesOf = (size: number) =>
  Array.from({ length: size }, (_, at) => Buffer.from(`line ${at}`));

test('every size and every leaf: the root as defined, and a proof that leads to it', () => {
  fc.assert(
    fc.property(anySize, fc.nat(), (size, chosen) => {
      const index = chosen % size;
      const lines = linesOf(size);
      const tree = new HashTree();
      for (const [at, line] of lines.entries()) tree.append(leafHash(line), at === index);
      const { root, path } = tree.finish();
      expect(root).toEqual(definedRoot(lines));
      const leaf = leafHash(`line ${index}`);
      expect(rootFrom(leaf, { index, size }, path)).toEqual(root);
      const others = [
        rootFrom(leafHash('another'), { index, size }, path),
        rootFrom(leaf, { index: index === 0 ? size : index - 1, size }, path),
        rootFrom(leaf, { index, size }, [...path, leaf]),
        size === 1 ? undefined : rootFrom(leaf, { index, size }, path.slice(0, -1)),
      ];
      for (const other of others) expect(other).not.toEqual(root);
    }),
  );
});
