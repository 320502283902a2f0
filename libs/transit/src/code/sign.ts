import { toHex } from '../bytes.ts';
import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { arrayOf, bytesOf, intOf } from '../cbor/shape.ts';
import { type CborValue, demand } from '../cbor/value.ts';
import { makeSign1, readSign1 } from '../cose/sign1.ts';
import type { Signer } from '../crypto/algorithm.ts';
import { MOST_SECONDS } from '../grant/claims.ts';
import { MOST_GRANT_BYTES, readGrant } from '../grant/sign.ts';
import { SCENES, type Scene, sceneOf } from '../scene.ts';
import type { CodeStatement, ReadCode, TapKey } from './code.ts';
import { MOST_CODE_BYTES } from './text.ts';

const VERSION = 1n;
const MOST_COUNTER = 0xffff_ffff;

/** Signs a code over a grant, as the phone does. Answers the COSE_Sign1; `codeText` makes it a text. */
export async function signCode(
  { counter, madeAt, scene }: CodeStatement,
  grant: Uint8Array,
  signer: Signer,
): Promise<Uint8Array> {
  const number = scene === undefined ? 0 : SCENES[scene];
  const statement = [VERSION, BigInt(counter), BigInt(madeAt), BigInt(number), grant];
  return makeSign1(encodeCbor(statement), signer);
}

/**
 * Reads a code without verifying it. Throws a MalformedError, also where the code is signed with
 * another algorithm than that of the grant's user key.
 */
export function readCode(bytes: Uint8Array): ReadCode {
  demand(bytes.length <= MOST_CODE_BYTES, 'the code is too long');
  const { algorithm, keyId, payload, signed, signature } = readSign1(bytes);
  demand(keyId === undefined, 'a code names no key');
  const statement = arrayOf(decodeCbor(payload), 'code', 5);
  const [version, counter, madeAt, scene, grant] = statement;
  demand(version === VERSION, 'the code is of a version that is not known');
  const read = readGrant(bytesOf(grant, 'grant', 1, MOST_GRANT_BYTES));
  demand(algorithm === read.grant.userKey.algorithm, 'the code is signed with another algorithm');
  return {
    counter: intOf(counter, 'counter', 1, MOST_COUNTER),
    madeAt: intOf(madeAt, 'time', 0, MOST_SECONDS),
    scene: readScene(scene),
    ...{ grant: read, bytes, signed, signature },
  };
}

/** Who tapped, and with which of the grant's codes: the key of a tap. */
export function tapKeyOf({ grant, counter }: ReadCode): TapKey {
  return { issuer: grant.grant.issuer, grantId: toHex(grant.grant.grantId), counter };
}

function readScene(value: CborValue | undefined): Scene | undefined {
  const number = intOf(value, 'scene', 0, 255);
  if (number === 0) return undefined;
  const scene = sceneOf(number);
  demand(scene !== undefined, 'the scene is not known');
  return scene;
}
