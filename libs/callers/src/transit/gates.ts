import {
  type TransitTap,
  TransitTapKind,
  type UploadTapsResponse,
} from '@causeway/proto/acquiring';
import type { Runtime } from '@causeway/runtime';
import {
  Gate,
  type GateAnswer,
  type GateClock,
  type GatePolicy,
  type GateRide,
  type JournalFile,
  learn,
  type Scene,
  type Tap,
  TrustBundle,
} from '@causeway/transit';
import { nodeCryptography } from '@causeway/transit/node';
import type { Caller } from '../callers.ts';
import { MemoryFile } from './memory-file.ts';

const cryptography = nodeCryptography();

/** What a gate is like. */
export interface PlayedGate {
  operatorId: string;
  gateId: string;
  scene: Scene;
  trust: TrustBundle;
  file?: JournalFile;
  clock?: GateClock;
  policy?: Partial<GatePolicy>;
}

/** Switches a gate on. It is told nothing and asks nobody from then on. */
export async function openGate(runtime: Runtime, played: PlayedGate): Promise<Gate> {
  const { clock, timers } = runtime;
  const { gate } = await Gate.open({
    clock: { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs() },
    file: new MemoryFile(),
    // Here it shares a machine with a whole switch, where a gate of its own would be faster.
    policy: { budgetMs: 5_000 },
    ...played,
    ...{ timers, cryptography },
  });
  return gate;
}

/** What leads a gate to what the switch says now, learned as a gate does while it has a network. */
export async function fetchTrust(operator: Caller): Promise<TrustBundle> {
  const { messages, root } = await operator.transit.getTrustBundle({ knownVersion: 0n });
  if (root === undefined) throw new Error('an answer without the key that signs trust');
  const bytes = new Uint8Array(root.publicKey);
  let trust = TrustBundle.anchored([
    { keyId: root.keyId, publicKey: { algorithm: 'EdDSA', bytes } },
  ]);
  for (const message of messages) {
    const learned = await learn(trust, new Uint8Array(message), cryptography);
    if (!learned.ok) throw new Error(`the trust bundle was not believed: ${learned.reason}`);
    trust = learned.bundle;
  }
  return trust;
}

/** The same, once the switch has heard of the keys of this wallet operator. */
export async function trustIn(
  operator: Caller,
  issuerId: string,
  { clock, timers }: Runtime,
  patienceMs = 20_000,
): Promise<TrustBundle> {
  const giveUpAtMs = clock.monotonicMs() + patienceMs;
  for (;;) {
    const trust = await fetchTrust(operator);
    if (trust.hasIssuer(issuerId) || clock.monotonicMs() > giveUpAtMs) return trust;
    await timers.sleep(POLL_MS);
  }
}

const POLL_MS = 200;

/** Shows a code at a gate. */
export function show(gate: Gate, text: string, ride: GateRide): Promise<GateAnswer> {
  return gate.tap(text, ride);
}

const KINDS: Record<Tap['kind'], TransitTapKind> = {
  flat: TransitTapKind.FLAT,
  entry: TransitTapKind.ENTRY,
  exit: TransitTapKind.EXIT,
  amount: TransitTapKind.AMOUNT,
};

/** A tap as it is uploaded. The fare of an entry is what the way says, and not the most that it may be. */
export function uploadOf(tap: Tap): TransitTap {
  const isWhole = tap.kind === 'flat' || tap.kind === 'amount';
  return {
    ...{ gateId: tap.gateId, sequence: BigInt(tap.sequence), kind: KINDS[tap.kind] },
    ...{ lineId: tap.routeId, stopId: tap.stopId, tapTime: new Date(tap.tappedAtMs) },
    fareMinor: isWhole ? tap.fareMinor : 0n,
    trustVersion: BigInt(tap.trustVersion),
    code: Buffer.from(tap.code),
  };
}

/** Uploads taps in one stream. Answers what became of each, in the order of the answers. */
export async function upload(
  operator: Caller,
  taps: readonly TransitTap[],
): Promise<UploadTapsResponse[]> {
  async function* requests() {
    for (const tap of taps) yield { tap };
  }
  const answers: UploadTapsResponse[] = [];
  for await (const answer of operator.transit.uploadTaps(requests())) answers.push(answer);
  return answers;
}

/** Uploads what a gate has kept, and tells it what is at the operator. */
export async function uploadFrom(operator: Caller, gate: Gate): Promise<UploadTapsResponse[]> {
  const waiting = gate.waiting();
  const taps = waiting.filter(({ isVoid }) => !isVoid).map(({ tap }) => tap);
  const answers = await upload(operator, taps.map(uploadOf));
  const last = waiting.at(-1)?.tap.sequence;
  if (last !== undefined) await gate.uploaded(last);
  return answers;
}
