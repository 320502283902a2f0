import { arrayOf, bigOf, bytesOf, intOf, textOf } from '../cbor/shape.ts';
import { type CborValue, demand } from '../cbor/value.ts';
import { readCoseKey } from '../cose/key.ts';
import { ISSUER, MOST_SECONDS } from '../grant/claims.ts';
import { KEY_ID } from '../grant/sign.ts';
import { CURRENCY, MOST_MINOR } from '../money.ts';
import {
  type Ceiling,
  ceilingItem,
  DENY_KINDS,
  type DenyEntry,
  type DenyKind,
  denyItem,
  denyName,
  keyItem,
  type RootKey,
  rootItem,
  type TrustContent,
} from './content.ts';
import type { IssuerKey } from './keys.ts';

/**
 * One thing that an update of the trust bundle does. Keys are never taken away, only revoked or left
 * to their end: a gate that forgot one could not tell an unknown key from an old one.
 */
export type TrustChange =
  | { readonly kind: 'root'; readonly root: RootKey }
  | { readonly kind: 'drop-root'; readonly keyId: string }
  | { readonly kind: 'key'; readonly key: IssuerKey }
  | { readonly kind: 'deny'; readonly entry: DenyEntry }
  | { readonly kind: 'allow'; readonly entry: DenyEntry }
  | { readonly kind: 'ceiling'; readonly ceiling: Ceiling }
  | { readonly kind: 'drop-ceiling'; readonly issuer: string; readonly currencyCode: string };

const OPERATIONS = {
  root: 1n,
  'drop-root': 2n,
  key: 3n,
  deny: 4n,
  allow: 5n,
  ceiling: 6n,
  'drop-ceiling': 7n,
} as const satisfies Record<TrustChange['kind'], bigint>;

/** A change on the wire: its operation and what it is about. */
export function changeItem(change: TrustChange): CborValue {
  const operation = OPERATIONS[change.kind];
  switch (change.kind) {
    case 'root':
      return [operation, rootItem(change.root)];
    case 'drop-root':
      return [operation, [change.keyId]];
    case 'key':
      return [operation, keyItem(change.key)];
    case 'deny':
    case 'allow':
      return [operation, denyItem(change.entry)];
    case 'ceiling':
      return [operation, ceilingItem(change.ceiling)];
    case 'drop-ceiling':
      return [operation, [change.issuer, change.currencyCode]];
  }
}

/** Reads a change. Throws a MalformedError. */
export function readChange(value: CborValue): TrustChange {
  const [operation, item] = arrayOf(value, 'change', 2);
  switch (operation) {
    case OPERATIONS.root:
      return { kind: 'root', root: readRoot(item) };
    case OPERATIONS['drop-root']: {
      const [keyId] = arrayOf(item, 'root', 1);
      return { kind: 'drop-root', keyId: textOf(keyId, 'root', KEY_ID) };
    }
    case OPERATIONS.key:
      return { kind: 'key', key: readKey(item) };
    case OPERATIONS.deny:
      return { kind: 'deny', entry: readDeny(item) };
    case OPERATIONS.allow:
      return { kind: 'allow', entry: readDeny(item) };
    case OPERATIONS.ceiling:
      return { kind: 'ceiling', ceiling: readCeiling(item) };
    case OPERATIONS['drop-ceiling']: {
      const [issuer, currency] = arrayOf(item, 'ceiling', 2);
      return {
        kind: 'drop-ceiling',
        issuer: textOf(issuer, 'ceiling', ISSUER),
        currencyCode: textOf(currency, 'ceiling', CURRENCY),
      };
    }
    default:
      return demand(false, 'a change is not known') as never;
  }
}

/** The content after some changes. */
export function changed(before: TrustContent, changes: readonly TrustChange[]): TrustContent {
  const roots = new Map(before.roots);
  const keys = new Map(before.keys);
  const denied = new Map(before.denied);
  const ceilings = new Map(before.ceilings);
  for (const change of changes) {
    if (change.kind === 'root') roots.set(change.root.keyId, change.root);
    else if (change.kind === 'drop-root') roots.delete(change.keyId);
    else if (change.kind === 'key')
      keys.set(`${change.key.issuer}/${change.key.keyId}`, change.key);
    else if (change.kind === 'deny') denied.set(denyName(change.entry), change.entry);
    else if (change.kind === 'allow') denied.delete(denyName(change.entry));
    else if (change.kind === 'drop-ceiling') {
      ceilings.delete(`${change.issuer}/${change.currencyCode}`);
    } else {
      const { ceiling } = change;
      ceilings.set(`${ceiling.issuer}/${ceiling.currencyCode}`, ceiling);
    }
  }
  return { roots, keys, denied, ceilings };
}

/** Everything that some content says, as changes to nothing. */
export function wholeOf({ roots, keys, denied, ceilings }: TrustContent): TrustChange[] {
  return [
    ...[...roots.values()].map((root) => ({ kind: 'root' as const, root })),
    ...[...keys.values()].map((key) => ({ kind: 'key' as const, key })),
    ...[...denied.values()].map((entry) => ({ kind: 'deny' as const, entry })),
    ...[...ceilings.values()].map((ceiling) => ({ kind: 'ceiling' as const, ceiling })),
  ];
}

function readRoot(value: CborValue | undefined): RootKey {
  const [keyId, key] = arrayOf(value, 'root', 2);
  return { keyId: textOf(keyId, 'root', KEY_ID), publicKey: readCoseKey(key) };
}

function readKey(value: CborValue | undefined): IssuerKey {
  const [issuer, keyId, key, notBefore, notAfter, isRevoked] = arrayOf(value, 'issuer key', 6);
  return {
    issuer: textOf(issuer, 'issuer key', ISSUER),
    keyId: textOf(keyId, 'issuer key', KEY_ID),
    publicKey: readCoseKey(key),
    notBefore: intOf(notBefore, 'issuer key', 0, MOST_SECONDS),
    notAfter: intOf(notAfter, 'issuer key', 0, MOST_SECONDS),
    isRevoked: intOf(isRevoked, 'issuer key', 0, 1) === 1,
  };
}

function readDeny(value: CborValue | undefined): DenyEntry {
  const [number, issuer, denied] = arrayOf(value, 'denied', 3);
  const kind = (Object.keys(DENY_KINDS) as DenyKind[]).find(
    (name) => BigInt(DENY_KINDS[name]) === number,
  );
  demand(kind !== undefined, 'denied: of no known kind');
  return {
    kind,
    issuer: textOf(issuer, 'denied', ISSUER),
    value: bytesOf(denied, 'denied', 0, 65),
  };
}

function readCeiling(value: CborValue | undefined): Ceiling {
  const [issuer, currency, single, total] = arrayOf(value, 'ceiling', 4);
  return {
    issuer: textOf(issuer, 'ceiling', ISSUER),
    currencyCode: textOf(currency, 'ceiling', CURRENCY),
    singleMinor: bigOf(single, 'ceiling', 0n, MOST_MINOR),
    totalMinor: bigOf(total, 'ceiling', 0n, MOST_MINOR),
  };
}
