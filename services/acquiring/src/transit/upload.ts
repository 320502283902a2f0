import { createHash } from 'node:crypto';
import { isPayable } from '@causeway/money';
import {
  RideState,
  TapResult,
  type TransitLine,
  type TransitTap,
  TransitTapKind,
  type UploadTapsRequest,
  type UploadTapsResponse,
} from '@causeway/proto/acquiring';
import { type Logger, laneOf, Refusal, type Runtime } from '@causeway/runtime';
import {
  type Cryptography,
  isSignedByUser,
  type ReadCode,
  readCodeBytes,
  whyForged,
} from '@causeway/transit';
import { reached } from '../own-tables.ts';
import type { Caller } from '../routed.ts';
import { unordered } from '../unordered.ts';
import type { Judged } from './findings/rules.ts';
import { rideMoney, rideStateOf } from './ride-message.ts';
import type { Charging } from './rides/ask.ts';
import { chargeRide } from './rides/charge.ts';
import type { TapIntake } from './rides/intake.ts';
import type { RideRecord } from './tap.ts';
import type { Trust } from './trust/trust.ts';

/** What uploads work with. */
export interface Uploading extends Charging {
  runtime: Runtime;
  log: Logger;
  trust: Trust;
  cryptography: Cryptography;
  intake: TapIntake;
  /** Taps of one stream that are under way at once; beyond it the sender waits. */
  maxInFlight: number;
}

const PLACE = /^[a-z0-9.-]{1,32}$/;
const STOP = /^[a-z0-9.-]{0,32}$/;
const MAX_CODE_BYTES = 768;
const CHARGE_TIMEOUT_MS = 10_000;

/** Why a tap cannot count. */
class Rejected extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * Takes the taps of one stream, in any order, and answers each once it is durable and its fare was
 * asked for. Nothing ends the stream but its own end: what is wrong with a tap is its answer.
 */
export function uploadTaps(
  uploading: Uploading,
  caller: Caller,
  requests: AsyncIterable<UploadTapsRequest>,
): AsyncIterable<UploadTapsResponse> {
  return unordered(requests, uploading.maxInFlight, ({ tap }) => answer(uploading, caller, tap));
}

async function answer(
  uploading: Uploading,
  { partnerId }: Caller,
  tap: TransitTap | undefined,
): Promise<UploadTapsResponse> {
  const named = { gateId: tap?.gateId ?? '', sequence: tap?.sequence ?? 0n };
  try {
    const judged = await judge(uploading, partnerId, tap);
    const taken = await reached(() => uploading.intake(judged));
    // What became of another operator's ride, whose code was copied, is that one's to know and to charge.
    const own = taken.ride?.partnerId === partnerId ? taken.ride : undefined;
    const ride = own && (await charged(uploading, own));
    return {
      ...{ ...named, result: taken.result, reason: '', findings: taken.findings },
      // A ride whose entry is missing so far may become another's.
      paymentId: ride?.paymentId ?? '',
      rideState: ride === undefined ? RideState.UNSPECIFIED : rideStateOf(ride),
      fare: ride && rideMoney(ride),
    };
  } catch (error) {
    return { ...named, ...failure(uploading, error) };
  }
}

function failure(
  { log }: Uploading,
  err: unknown,
): Omit<UploadTapsResponse, 'gateId' | 'sequence'> {
  const nothing = {
    paymentId: '',
    rideState: RideState.UNSPECIFIED,
    fare: undefined,
    findings: [],
  };
  if (err instanceof Rejected)
    return { ...nothing, result: TapResult.REJECTED, reason: err.reason };
  if (!(err instanceof Refusal)) log.error({ err }, 'an uploaded tap failed');
  const reason = err instanceof Refusal ? err.reason : 'INTERNAL';
  return { ...nothing, result: TapResult.FAILED, reason };
}

/** The ride after its fare was asked for; where that is not answered now, somebody asks again soon. */
async function charged(uploading: Uploading, ride: RideRecord): Promise<RideRecord> {
  const isOwed = ride.state === 'due' || ride.giveBackMinor !== undefined;
  if (!isOwed) return ride;
  const deadlineMs = uploading.runtime.clock.nowMs() + CHARGE_TIMEOUT_MS;
  return chargeRide(uploading, ride, deadlineMs).catch((err) => {
    uploading.log.warn({ err, payment_id: ride.paymentId }, 'a ride is charged later');
    return ride;
  });
}

async function judge(
  { trust, lineOf, cryptography }: Uploading,
  partnerId: string,
  tap: TransitTap | undefined,
): Promise<Judged> {
  checkForm(tap);
  const line = await lineOf(partnerId, tap.lineId);
  if (line === undefined) throw new Rejected('LINE_UNKNOWN');
  checkFare(tap, line);
  const read = readCodeBytes(new Uint8Array(tap.code));
  if (!read.ok) throw new Rejected(read.reason);
  const forged = await whyForged(read.value, trust.bundle, cryptography);
  if (forged === 'UNKNOWN_ISSUER' || forged === 'UNKNOWN_KEY') {
    // The operator's keys are asked for again and again: what is not known now may be soon.
    throw new Refusal('DEPENDENCY_UNAVAILABLE', `the code is of a ${forged} so far`);
  }
  const { grant, keyId } = read.value.grant;
  const keyRevokedIn = trust.revokedIn(grant.issuer, keyId);
  if (forged === 'KEY_REVOKED' && keyRevokedIn !== undefined) {
    // What such a key signed was good while nobody knew better; the wallet knows its own grants.
    const isUsers = await isSignedByUser(read.value, cryptography);
    if (!isUsers) throw new Rejected('CODE_SIGNATURE');
  } else if (forged !== undefined) throw new Rejected(forged);
  return { ...judgedOf(partnerId, tap, line, read.value, trust), keyRevokedIn };
}

function judgedOf(
  partnerId: string,
  tap: TransitTap,
  line: TransitLine,
  code: ReadCode,
  trust: Trust,
): Omit<Judged, 'keyRevokedIn'> {
  const { grant } = code.grant;
  const hex = Buffer.from(grant.grantId).toString('hex');
  const grantId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return {
    tap: {
      ...{ lane: laneOf(grantId), issuerId: grant.issuer, grantId, counter: code.counter },
      ...{ partnerId, gateId: tap.gateId, sequence: tap.sequence, kind: tap.kind },
      ...{ lineId: tap.lineId, stopId: tap.stopId, fareMinor: tap.fareMinor },
      trustVersion: tap.trustVersion,
      gateTimeMs: tap.tapTime?.getTime() ?? 0,
      codeTimeMs: code.madeAt * 1_000,
      subject: grant.subject,
      // Of what was signed, and not of the signature: ECDSA signs the same thing in many ways.
      codeHash: createHash('sha256').update(code.signed).digest(),
      code: Buffer.from(tap.code),
      paymentId: undefined,
    },
    line,
    grantExpiresAtMs: grant.expiresAt * 1_000,
    denial: trust.denialOf(grant.issuer, grantId),
  };
}

function checkForm(tap: TransitTap | undefined): asserts tap is TransitTap {
  const isGood =
    tap !== undefined &&
    PLACE.test(tap.gateId) &&
    STOP.test(tap.stopId) &&
    tap.sequence >= 1n &&
    tap.trustVersion >= 0n &&
    tap.tapTime !== undefined &&
    tap.code.length <= MAX_CODE_BYTES;
  if (!isGood) throw new Rejected('FIELD_INVALID');
}

const KINDS_OF: Record<NonNullable<TransitLine['fare']>['$case'], readonly TransitTapKind[]> = {
  flat: [TransitTapKind.FLAT],
  distance: [TransitTapKind.ENTRY, TransitTapKind.EXIT],
  metered: [TransitTapKind.AMOUNT],
};

/** Whether the line knows taps of this kind, at what the gate asked for. */
function checkFare(
  { kind, fareMinor, stopId }: TransitTap,
  { fare, currencyCode }: TransitLine,
): void {
  if (fare === undefined || !KINDS_OF[fare.$case].includes(kind)) throw new Rejected('KIND_WRONG');
  if (fareMinor < 0n) throw new Rejected('FARE_WRONG');
  if (fare.$case === 'distance' && stopId === '') throw new Rejected('STOP_MISSING');
  // A flat fare may be less, as for children, but must be payable too; what is more counts as the line's.
  if (fare.$case === 'flat' && fareMinor > 0n && !isPayable(fareMinor, currencyCode)) {
    throw new Rejected('FARE_WRONG');
  }
  if (fare.$case !== 'metered') return;
  if (!isPayable(fareMinor, currencyCode) || fareMinor > fare.value.maxFareMinor) {
    throw new Rejected('FARE_WRONG');
  }
}
