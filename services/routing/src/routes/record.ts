import { RouteDecision } from '@causeway/proto/routing';
import { uuidBytes } from '@causeway/runtime';
import type { Decision } from './decide/decide.ts';
import type { Price, Question, Target } from './decide/question.ts';

/** The immutable versions that a choice was made from. */
export interface InputIds {
  policyVersion: bigint;
  directoryVersion: bigint;
  /** UUID; empty where no scores had been stored. */
  scoreSnapshotId: string;
}

/** A choice as it is recorded. */
export interface RecordedDecision extends InputIds {
  price: Price | undefined;
  targets: readonly Target[];
  categoryCode: string;
  stoppedRouteIds: readonly string[];
  routeIds: readonly string[];
}

/** Writes a choice with what it was made from, for the payment's row; about 100 bytes. */
export function encodeDecision(
  ids: InputIds,
  { price, targets, categoryCode }: Question,
  stopped: ReadonlySet<string>,
  { plan, candidates }: Decision,
): Uint8Array {
  return RouteDecision.encode({
    policyVersion: ids.policyVersion,
    directoryVersion: ids.directoryVersion,
    scoreSnapshotId: bytesOf(ids.scoreSnapshotId),
    rateBoardId: bytesOf(price?.rateBoardId ?? ''),
    rate: price?.rate ?? '',
    midRate: price?.midRate ?? '',
    targets: [...targets],
    categoryCode,
    stoppedRouteIds: candidates
      .map(({ route }) => route.routeId)
      .filter((routeId) => stopped.has(routeId)),
    routeIds: plan.map(({ route }) => route.routeId),
  }).finish();
}

/** Reads a choice. */
export function decodeDecision(bytes: Uint8Array): RecordedDecision {
  const { scoreSnapshotId, rateBoardId, rate, midRate, ...record } = RouteDecision.decode(bytes);
  return {
    ...record,
    scoreSnapshotId: uuidOf(scoreSnapshotId),
    price: rate === '' ? undefined : { rateBoardId: uuidOf(rateBoardId), rate, midRate },
  };
}

function bytesOf(uuid: string): Buffer {
  return uuid === '' ? Buffer.alloc(0) : uuidBytes(uuid);
}

function uuidOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  const hex = Buffer.from(bytes).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
