const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A payment's own throw of a die with `sides` sides, 0 to sides - 1: the same for ever, since a
 * choice is made again from what is stored. Each purpose throws a die of its own, so that a
 * payment's share in one split says nothing of its share in another.
 *
 * FNV-1a over the UTF-16 units of purpose and id, mixed as Murmur3 does it.
 */
export function throwOf(purpose: string, paymentId: string, sides: number): number {
  let hash = FNV_OFFSET;
  hash = absorbed(hash, purpose);
  hash = Math.imul(hash ^ 0x2f, FNV_PRIME);
  hash = absorbed(hash, paymentId);
  return mixed(hash) % sides;
}

function absorbed(seed: number, text: string): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  }
  return hash;
}

function mixed(seed: number): number {
  let hash = seed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
