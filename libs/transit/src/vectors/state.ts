import type { PublicKey } from '../crypto/algorithm.ts';
import type { Situation } from '../gate/judge.ts';
import { GateMemory } from '../gate/memory.ts';
import { GATE_POLICY, type GatePolicy } from '../gate/policy.ts';
import { MOST_SECONDS } from '../grant/claims.ts';
import { SCENES, type Scene } from '../scene.ts';
import { TAP_KINDS, type TapKind } from '../tap/tap.ts';
import { TrustBundle } from '../trust/bundle.ts';
import { changed, type TrustChange } from '../trust/changes.ts';
import { contentOf, DENY_KINDS, type DenyKind } from '../trust/content.ts';
import type { IssuerKey } from '../trust/keys.ts';
import {
  hexOf,
  type JsonObject,
  type JsonValue,
  listOf,
  minorOf,
  numberOf,
  objectOf,
  stringOf,
  VectorError,
} from './file.ts';

/** What a gate of a vector believes, and what it judges by. */
export interface VectorState {
  readonly trust: TrustBundle;
  readonly situation: Situation;
}

/**
 * The state that a vector describes. Throws a VectorError.
 *
 * @param gateTime what the gate's clock says, in Unix seconds
 */
export function stateOf(
  value: JsonValue | undefined,
  gateTime: number,
  keys: ReadonlyMap<string, PublicKey>,
): VectorState {
  const state = objectOf(value ?? {}, 'gate_state');
  const trust = trustOf(objectOf(state.trust ?? {}, 'trust'), gateTime, keys);
  const policy = policyOf(objectOf(state.policy ?? {}, 'policy'));
  const memory = new GateMemory(policy.mostRemembered);
  let sureTapMs = 0;
  for (const tap of listOf(state.taps, 'taps')) {
    sureTapMs = Math.max(sureTapMs, remembered(memory, objectOf(tap, 'tap')));
  }
  const setAt =
    state.clock_set_at === null
      ? undefined
      : numberOf(state.clock_set_at, 'clock_set_at', gateTime);
  const time = {
    wallMs: gateTime * 1000,
    setAtMs: setAt === undefined ? undefined : setAt * 1000,
    floorMs: Math.max(trust.provenAt * 1000, sureTapMs),
  };
  return { trust, situation: { ride: rideOf(state), time, trust, memory, policy } };
}

function rideOf(state: JsonObject) {
  return {
    scene: nameOf<Scene>(SCENES, state.scene, 'scene'),
    kind: nameOf<TapKind>(TAP_KINDS, state.kind, 'kind'),
    currencyCode: stringOf(state.currency, 'currency'),
    fareMinor: minorOf(state.fare_minor, 'fare_minor'),
  };
}

function policyOf(given: JsonObject): GatePolicy {
  const seconds = (name: string, fallback: number) => numberOf(given[name], name, fallback);
  return {
    ...GATE_POLICY,
    codeLifeSeconds: seconds('code_life_seconds', GATE_POLICY.codeLifeSeconds),
    aheadSeconds: seconds('ahead_seconds', GATE_POLICY.aheadSeconds),
    flaggedSeconds: seconds('flagged_seconds', GATE_POLICY.flaggedSeconds),
    userPauseSeconds: seconds('user_pause_seconds', GATE_POLICY.userPauseSeconds),
  };
}

function trustOf(
  given: JsonObject,
  gateTime: number,
  keys: ReadonlyMap<string, PublicKey>,
): TrustBundle {
  const about = objectOf(given.keys ?? {}, 'trust.keys');
  const changes: TrustChange[] = [
    ...[...keys].map(([id, key]) => ({ kind: 'key' as const, key: keyOf(id, key, about[id]) })),
    ...listOf(given.denied, 'trust.denied').map((value) => {
      const entry = objectOf(value, 'denied');
      const kind = nameOf<DenyKind>(DENY_KINDS, entry.kind, 'denied');
      const issuer = stringOf(entry.issuer, 'denied');
      const denied = { kind, issuer, value: hexOf(entry.value_hex, 'denied') };
      return { kind: 'deny' as const, entry: denied };
    }),
    ...listOf(given.ceilings, 'trust.ceilings').map((value) => {
      const ceiling = objectOf(value, 'ceiling');
      return {
        kind: 'ceiling' as const,
        ceiling: {
          issuer: stringOf(ceiling.issuer, 'ceiling'),
          currencyCode: stringOf(ceiling.currency, 'ceiling'),
          singleMinor: minorOf(ceiling.single_minor, 'ceiling'),
          totalMinor: minorOf(ceiling.total_minor, 'ceiling'),
        },
      };
    }),
  ];
  return new TrustBundle({
    version: 1,
    digest: new Uint8Array(32),
    provenAt: numberOf(given.proven_at, 'trust.proven_at', gateTime),
    content: changed(contentOf([]), changes),
  });
}

function keyOf(id: string, publicKey: PublicKey, value: JsonValue | undefined): IssuerKey {
  const [issuer = '', keyId = ''] = id.split('/');
  const given = objectOf(value ?? {}, `trust.keys ${id}`);
  return {
    ...{ issuer, keyId, publicKey },
    notBefore: numberOf(given.not_before, 'not_before', 0),
    notAfter: numberOf(given.not_after, 'not_after', MOST_SECONDS),
    isRevoked: given.is_revoked === true,
  };
}

/** Takes in a tap that the gate let in before; answers its time in Unix milliseconds. */
function remembered(memory: GateMemory, tap: JsonObject): number {
  const tappedAtMs = numberOf(tap.tapped_at, 'tap') * 1000;
  memory.remember({
    grant: {
      issuer: stringOf(tap.issuer, 'tap'),
      grantId: hexOf(tap.grant_id_hex, 'tap'),
      subject: stringOf(tap.subject, 'tap'),
      expiresAt: MOST_SECONDS,
    },
    counter: numberOf(tap.counter, 'tap'),
    tappedAtMs,
    currencyCode: stringOf(tap.currency, 'tap'),
    fareMinor: minorOf(tap.fare_minor, 'tap'),
  });
  return tappedAtMs;
}

function nameOf<Name extends string>(
  names: Readonly<Record<Name, number>>,
  value: JsonValue | undefined,
  what: string,
): Name {
  const found = (Object.keys(names) as Name[]).find((name) => name === value);
  if (found === undefined)
    throw new VectorError(`${what}: not one of ${Object.keys(names).join(', ')}`);
  return found;
}
