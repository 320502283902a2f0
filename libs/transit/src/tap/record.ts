import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { arrayOf, bigOf, bytesOf, intOf, textOf } from '../cbor/shape.ts';
import { type CborValue, demand } from '../cbor/value.ts';
import { MOST_CODE_BYTES } from '../code/text.ts';
import { MOST_SECONDS } from '../grant/claims.ts';
import { CURRENCY, MOST_MINOR } from '../money.ts';
import { SCENES, sceneOf } from '../scene.ts';
import { TAP_FLAGS, TAP_KINDS, type Tap, type TapFlag, type TapKind } from './tap.ts';

/** What the ids of operators, gates, routes and stops look like. */
export const PLACE_ID = /^[a-z0-9.-]{1,32}$/;
const PLACE_ID_OR_NONE = /^[a-z0-9.-]{0,32}$/;

/** What the first part of a record says it is. */
const RECORD = { tap: 1n, void: 2n, uploaded: 3n } as const;
const LIMITS = { maxBytes: 4096, maxDepth: 2, maxItems: 64 };

/** What stands in a gate's journal. */
export type TapRecord =
  | { readonly kind: 'tap'; readonly tap: Tap }
  /** The gate did not open after all, and nothing is owed for this tap. */
  | { readonly kind: 'void'; readonly sequence: number }
  /** Everything up to this tap is at the operator. */
  | { readonly kind: 'uploaded'; readonly sequence: number };

/** A record as bytes. Throws a MalformedError for a tap that nobody could read. */
export function encodeTapRecord(record: TapRecord): Uint8Array {
  if (record.kind !== 'tap') return encodeCbor([RECORD[record.kind], BigInt(record.sequence)]);
  const { tap } = record;
  const bytes = encodeCbor([
    RECORD.tap,
    BigInt(tap.sequence),
    ...[tap.operatorId, tap.gateId, tap.routeId, tap.stopId],
    BigInt(TAP_KINDS[tap.kind]),
    BigInt(SCENES[tap.scene]),
    BigInt(Math.floor(tap.tappedAtMs)),
    ...[tap.currencyCode, tap.fareMinor],
    tap.flags.map((flag) => BigInt(TAP_FLAGS[flag])),
    BigInt(tap.trustVersion),
    tap.code,
  ]);
  decodeTapRecord(bytes);
  return bytes;
}

/** Reads a record. Throws a MalformedError. */
export function decodeTapRecord(bytes: Uint8Array): TapRecord {
  const [what, number, ...parts] = arrayOf(decodeCbor(bytes, LIMITS), 'record');
  const sequence = intOf(number, 'sequence', 0, Number.MAX_SAFE_INTEGER);
  if (what === RECORD.tap) return { kind: 'tap', tap: readTap(sequence, parts) };
  demand(parts.length === 0, 'a record has too many parts');
  if (what === RECORD.void) return { kind: 'void', sequence };
  demand(what === RECORD.uploaded, 'a record is of no known kind');
  return { kind: 'uploaded', sequence };
}

function readTap(sequence: number, parts: readonly CborValue[]): Tap {
  const [operator, gate, route, stop, kind, scene, at, currency, fare, flags, version, code] =
    arrayOf(parts, 'tap', 12);
  return {
    sequence,
    operatorId: textOf(operator, 'operator', PLACE_ID),
    gateId: textOf(gate, 'gate', PLACE_ID),
    routeId: textOf(route, 'route', PLACE_ID_OR_NONE),
    stopId: textOf(stop, 'stop', PLACE_ID_OR_NONE),
    kind: named(TAP_KINDS, intOf(kind, 'kind', 0, 255)),
    scene: readScene(scene),
    tappedAtMs: intOf(at, 'time', 0, MOST_SECONDS * 1000),
    currencyCode: textOf(currency, 'currency', CURRENCY),
    fareMinor: bigOf(fare, 'fare', 0n, MOST_MINOR),
    flags: arrayOf(flags, 'flags').map((flag) => named(TAP_FLAGS, intOf(flag, 'flag', 0, 255))),
    trustVersion: intOf(version, 'trust version', 0, Number.MAX_SAFE_INTEGER),
    code: bytesOf(code, 'code', 1, MOST_CODE_BYTES),
  };
}

function readScene(value: CborValue | undefined) {
  const scene = sceneOf(intOf(value, 'scene', 0, 255));
  demand(scene !== undefined, 'the scene is not known');
  return scene;
}

function named<Name extends TapKind | TapFlag>(
  numbers: Readonly<Record<Name, number>>,
  number: number,
): Name {
  const name = (Object.keys(numbers) as Name[]).find((one) => numbers[one] === number);
  demand(name !== undefined, 'a number is not known');
  return name;
}
