import {
  TransitAlgorithm,
  type TransitGrant,
  TransitGrantServiceService,
  type TransitKey,
  TransitKeyState,
} from '@causeway/proto/wallet';
import { type Call, type Handlers, type Implementation, implement } from '@causeway/rpc';
import type { Clock } from '@causeway/runtime';
import { capShare } from '../transit/caps.ts';
import { denyByUser } from '../transit/deny.ts';
import { worstReplayMinor } from '../transit/exposure.ts';
import type { GrantRecord } from '../transit/grant.ts';
import { issueGrant } from '../transit/issue.ts';
import { endKey, rotateKey } from '../transit/keys.ts';
import { type KeyRecord, selectKeys } from '../transit/keys-store.ts';
import { listGrants } from '../transit/list.ts';
import type { TransitOffice } from '../transit/office.ts';
import { userKeyOf } from '../transit/seal.ts';
import { assertOurs } from './caller.ts';
import { doorOf } from './door.ts';
import { Fields } from './fields.ts';
import { whileReachable } from './unavailable.ts';

const ALGORITHMS: readonly TransitAlgorithm[] = [TransitAlgorithm.ES256, TransitAlgorithm.EDDSA];

const STATES = {
  signing: TransitKeyState.SIGNING,
  retired: TransitKeyState.RETIRED,
  revoked: TransitKeyState.REVOKED,
} as const;

/** Grants for paying at gates without a network, and the keys that sign them. */
export function transitService(office: TransitOffice, clock: Clock): Implementation {
  const { currencyCode } = office.rules.policy;
  const { named } = doorOf(office.issuerId);
  const ours = ({ identity }: Call) => assertOurs(identity, office.issuerId);
  const keyNamed = (keyId: string, call: Call) => {
    ours(call);
    const fields = new Fields();
    const form = 'must be 1 to 32 characters of a-z, 0-9 and "-"';
    fields.matches('key_id', keyId, /^[a-z0-9-]{1,32}$/, form);
    fields.refuse();
    return keyId;
  };
  const handlers: Handlers<typeof TransitGrantServiceService> = {
    async issueTransitGrant(request, call) {
      const { requestId, algorithm } = request;
      const userKey = userKeyOf(algorithm, request.userKey);
      const walletId = named(request, call, (fields) => {
        fields.identifier('request_id', requestId);
        if (!ALGORITHMS.includes(algorithm)) fields.wrong('algorithm', 'must be ES256 or EDDSA');
        if (userKey === undefined) fields.wrong('user_key', 'must be a key of its algorithm');
      });
      if (userKey === undefined) throw new Error('a wrong key was not refused');
      const grant = await whileReachable(() =>
        issueGrant(office, { walletId, requestId, userKey }),
      );
      const signedGrant = Buffer.from(grant.signedGrant);
      const issuerTime = clock.now();
      return { grant: grantMessage(grant, currencyCode), signedGrant, issuerTime };
    },
    async listTransitGrants(request, call) {
      const walletId = named(request, call);
      const grants = await whileReachable(() => listGrants(office, walletId));
      return { grants: grants.map((grant) => grantMessage(grant, currencyCode)) };
    },
    async denyTransitGrant(request, call) {
      const { grantId } = request;
      const walletId = named(request, call, (fields) => fields.uuid('grant_id', grantId));
      const grant = await whileReachable(() => denyByUser(office, { walletId, grantId }));
      return { grant: grantMessage(grant, currencyCode) };
    },
    async listTransitKeys(_request, call) {
      ours(call);
      const keys = await whileReachable(() => selectKeys(office.db));
      return { keys: keys.map((key) => keyMessage(key, office)) };
    },
    async rotateTransitKey({ keyId }, call) {
      const key = keyNamed(keyId, call);
      return { key: keyMessage(await whileReachable(() => rotateKey(office, key)), office) };
    },
    async revokeTransitKey({ keyId }, call) {
      const key = keyNamed(keyId, call);
      return { key: keyMessage(await whileReachable(() => endKey(office, key)), office) };
    },
    async getTransitExposure({ gateCount }, call) {
      ours(call);
      const measured = await whileReachable(() => office.exposure.measure());
      const { transit } = office.rules.policy;
      const none = { percent: 0, reason: 'no transit grants are signed' };
      const share = transit === undefined ? none : capShare(transit.risk, measured);
      const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
      return {
        grantCount: measured.grantCount,
        granted: money(measured.grantedMinor),
        uncovered: money(measured.uncoveredMinor),
        replayed: money(worstReplayMinor(measured.grantedMinor, BigInt(gateCount))),
        lost: money(measured.lostMinor),
        capPercent: share.percent,
        capReason: share.reason,
      };
    },
  };
  return implement(TransitGrantServiceService, handlers);
}

function grantMessage(grant: GrantRecord, currencyCode: string): TransitGrant {
  const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
  const { grantId, walletId, keyId, maxCodes, rideCount, deniedReason = '' } = grant;
  return {
    ...{ grantId, walletId, keyId, maxCodes, rideCount, deniedReason },
    rideCap: money(grant.rideCapMinor),
    totalCap: money(grant.totalCapMinor),
    used: money(grant.usedMinor),
    createTime: new Date(grant.issuedAtMs),
    expireTime: new Date(grant.expiresAtMs),
  };
}

function keyMessage(key: KeyRecord, { seal }: TransitOffice): TransitKey {
  const { keyId, state, createdAt, retiredAt, revokedAt } = key;
  return {
    keyId,
    publicKey: seal === undefined ? Buffer.alloc(0) : Buffer.from(seal.publicKey(keyId)),
    state: STATES[state],
    algorithm: TransitAlgorithm.EDDSA,
    createTime: createdAt,
    retireTime: retiredAt ?? undefined,
    revokeTime: revokedAt ?? undefined,
  };
}
