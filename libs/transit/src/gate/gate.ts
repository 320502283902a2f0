import type { ReadCode } from '../code/code.ts';
import { type Read, readCodeBytes } from '../code/verify.ts';
import type { Cryptography } from '../crypto/algorithm.ts';
import { Journal, type JournalFile } from '../journal/journal.ts';
import type { Scene } from '../scene.ts';
import { decodeTapRecord, encodeTapRecord, type TapRecord } from '../tap/record.ts';
import type { Tap, TapFlag } from '../tap/tap.ts';
import type { TrustBundle } from '../trust/bundle.ts';
import { type Learned, learn } from '../trust/update.ts';
import { GrantCache } from './grant-cache.ts';
import { type Judged, judge, type RideAsked } from './judge.ts';
import { GateMemory } from './memory.ts';
import { GATE_POLICY, type GatePolicy } from './policy.ts';
import { type GateVerdict, refused, verdictOn } from './verdict.ts';
import { Waiting, type WaitingTap } from './waiting.ts';
import { type GateClock, GateWatch } from './watch.ts';

/** What a gate is and what it is made of. */
export interface GateOptions {
  readonly operatorId: string;
  readonly gateId: string;
  readonly scene: Scene;
  /** What it believes; `TrustBundle.anchored` and what it learned since. */
  readonly trust: TrustBundle;
  /** Where its taps are kept. */
  readonly file: JournalFile;
  readonly clock: GateClock;
  /** Runs something after so many milliseconds, unless it is called off. */
  readonly timers: { after(ms: number, run: () => void): () => void };
  readonly cryptography: Cryptography;
  readonly policy?: Partial<GatePolicy>;
}

/** What a rider does at a gate. */
export interface GateRide extends Omit<RideAsked, 'scene'> {
  readonly routeId?: string;
  readonly stopId?: string;
}

/** What a gate answers. It opens where the outcome is OK, and only then. */
export interface GateAnswer extends Omit<GateVerdict, 'code' | 'nowMs'> {
  /** What was kept; only with OK. */
  readonly tap: Tap | undefined;
}

/** What was found when a gate was switched on. */
export interface OpenedGate {
  readonly gate: Gate;
  readonly tornBytes: number;
  /** Bytes of the journal, or records in it, that could not be read. */
  readonly damagedBytes: number;
}

/**
 * A gate: judges codes, makes taps durable before it opens, and keeps them until they are uploaded.
 * It needs no network and asks nobody.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #policy: GatePolicy;
  readonly #journal: Journal;
  readonly #grants: GrantCache;
  readonly #memory: GateMemory;
  readonly #waiting = new Waiting();
  readonly #watch: GateWatch;
  #trust: TrustBundle;

  private constructor(options: GateOptions, journal: Journal) {
    this.#options = options;
    this.#policy = { ...GATE_POLICY, ...options.policy };
    this.#journal = journal;
    this.#grants = new GrantCache(options.cryptography);
    this.#memory = new GateMemory(this.#policy.mostRemembered);
    this.#watch = new GateWatch(options.clock);
    this.#trust = options.trust;
  }

  /** Switches a gate on: heals its journal and remembers from it whom it let in. */
  static async open(options: GateOptions): Promise<OpenedGate> {
    const { journal, records, tornBytes, damagedBytes } = await Journal.open(options.file);
    const gate = new Gate(options, journal);
    for (const record of records) gate.#replay(record);
    return { gate, tornBytes, damagedBytes };
  }

  /** What it believes. */
  get trust(): TrustBundle {
    return this.#trust;
  }

  /** Taps that are not uploaded yet, in their order, at most so many. */
  waiting(most = 1000): readonly WaitingTap[] {
    return this.#waiting.first(most);
  }

  /** Learns an update or a proof of the trust bundle, from wherever it came. */
  async learn(message: Uint8Array): Promise<Learned> {
    const learned = await learn(this.#trust, message, this.#options.cryptography);
    // Another message may have been learned meanwhile, which this one may not undo.
    const isNewer =
      learned.ok &&
      (learned.bundle.version > this.#trust.version ||
        learned.bundle.provenAt > this.#trust.provenAt);
    if (isNewer) this.#trust = learned.bundle;
    return learned;
  }

  /** To be called when the clock was just set from somewhere that knows the time. */
  clockWasSet(): void {
    this.#watch.wasSet();
  }

  /**
   * Answers a code within the budget, whatever it is and whatever the disk does. With OK the tap is
   * durable. Never rejects.
   */
  tap(text: string, ride: GateRide): Promise<GateAnswer> {
    return new Promise((resolve) => {
      const turn = { isOver: false };
      const callOff = this.#options.timers.after(this.#policy.budgetMs, () => {
        turn.isOver = true;
        resolve(answerOf(refused('OUT_OF_TIME')));
      });
      const answer = (answered: GateAnswer) => {
        callOff();
        resolve(answered);
      };
      // Whatever went wrong inside, the gate says no and goes on.
      this.#tap(text, ride, turn).then(answer, (error: unknown) =>
        answer(answerOf(refused('GATE_FAILED', undefined, String(error)))),
      );
    });
  }

  /** Everything up to this tap is at the operator, who has answered for it. */
  async uploaded(sequence: number): Promise<void> {
    await this.#journal.append(encodeTapRecord({ kind: 'uploaded', sequence }));
    this.#waiting.uploaded(sequence);
  }

  /**
   * Makes the journal shorter: what is uploaded goes, once its grant has ended and can no longer be
   * shown. Nobody may tap meanwhile. Answers how many records are left.
   */
  async compact(): Promise<number> {
    const { records } = await Journal.open(this.#options.file);
    const nowMs = this.#time().wallMs;
    const waiting = new Set(this.waiting(Number.MAX_SAFE_INTEGER).map(({ tap }) => tap.sequence));
    const kept = records.filter((bytes) => {
      const record = readRecord(bytes);
      if (record?.kind === 'tap') {
        const read = readCodeBytes(record.tap.code);
        return waiting.has(record.tap.sequence) || !read.ok || !hasEnded(read.value, nowMs);
      }
      return record?.kind === 'void' && waiting.has(record.sequence);
    });
    const sequence = Math.min(this.#waiting.last, ...[...waiting].map((one) => one - 1));
    await this.#journal.rewrite([...kept, encodeTapRecord({ kind: 'uploaded', sequence })]);
    return kept.length + 1;
  }

  /** Ends it. Taps stay where they are. */
  close(): Promise<void> {
    return this.#journal.close();
  }

  async #tap(text: string, ride: GateRide, turn: { isOver: boolean }): Promise<GateAnswer> {
    const { cryptography } = this.#options;
    const verdict = await verdictOn(text, {
      ...{ keys: this.#trust, cryptography, grants: this.#grants },
      judge: (code) => this.#judgeAndRemember(code, ride, turn),
    });
    const { code, nowMs } = verdict;
    if (verdict.outcome !== 'OK' || code === undefined || nowMs === undefined) {
      return answerOf(verdict);
    }
    const tap = this.#tapOf(code, ride, verdict, nowMs);
    try {
      await this.#journal.append(encodeTapRecord({ kind: 'tap', tap }));
    } catch (error) {
      return answerOf(refused('NOT_PERSISTED', undefined, String(error)));
    }
    this.#waiting.add(tap);
    if (!turn.isOver) return answerOf(verdict, tap);
    // The rider was turned away meanwhile, so nothing is owed.
    await this.#journal.append(encodeTapRecord({ kind: 'void', sequence: tap.sequence }));
    this.#waiting.void(tap.sequence);
    return answerOf(refused('OUT_OF_TIME'));
  }

  /** In one go, so that of two codes that are shown at once the second is judged after the first. */
  #judgeAndRemember(code: ReadCode, ride: GateRide, turn: { isOver: boolean }): Judged {
    if (turn.isOver) return { reason: 'OUT_OF_TIME' };
    const judged = judge(code, {
      ...{ ride: { ...ride, scene: this.#options.scene }, time: this.#time() },
      ...{ trust: this.#trust, memory: this.#memory, policy: this.#policy },
    });
    if (judged.reason !== 'ACCEPTED') return judged;
    if (this.#waiting.size >= this.#policy.mostWaiting) return { reason: 'NOT_PERSISTED' };
    this.#remember(code, judged.nowMs, ride);
    return judged;
  }

  #remember(
    { counter, grant: { grant } }: ReadCode,
    tappedAtMs: number,
    { currencyCode, fareMinor }: Pick<Tap, 'currencyCode' | 'fareMinor'>,
  ): void {
    this.#memory.remember({ grant, counter, tappedAtMs, currencyCode, fareMinor });
  }

  #time() {
    return this.#watch.read(this.#trust.provenAt * 1000);
  }

  #tapOf(
    code: ReadCode,
    { kind, currencyCode, fareMinor, routeId = '', stopId = '' }: GateRide,
    { flags }: GateVerdict,
    nowMs: number,
  ): Tap {
    const { operatorId, gateId, scene } = this.#options;
    if (isSure(flags)) this.#watch.tapped(nowMs);
    return {
      ...{ operatorId, gateId, scene, kind, routeId, stopId, currencyCode, fareMinor, flags },
      sequence: this.#waiting.next(),
      tappedAtMs: Math.floor(nowMs),
      trustVersion: this.#trust.version,
      code: code.bytes,
    };
  }

  /** Takes in a record of an earlier time. One that cannot be read is passed over. */
  #replay(bytes: Uint8Array): void {
    const record = readRecord(bytes);
    if (record === undefined) return;
    if (record.kind === 'void') this.#waiting.void(record.sequence);
    else if (record.kind === 'uploaded') this.#waiting.uploaded(record.sequence);
    else {
      const { tap } = record;
      this.#waiting.add(tap);
      if (isSure(tap.flags)) this.#watch.tapped(tap.tappedAtMs);
      const read: Read<ReadCode> = readCodeBytes(tap.code);
      if (read.ok) this.#remember(read.value, tap.tappedAtMs, tap);
    }
  }
}

function answerOf({ outcome, reason, detail, flags }: GateVerdict, tap?: Tap): GateAnswer {
  return { outcome, reason, detail, flags, tap };
}

function readRecord(bytes: Uint8Array): TapRecord | undefined {
  try {
    return decodeTapRecord(bytes);
  } catch {
    // Written by another version, or by nobody: the others count all the same.
    return undefined;
  }
}

function isSure(flags: readonly TapFlag[]): boolean {
  return !flags.some((flag) => flag.startsWith('GATE_CLOCK'));
}

/** Whether a grant ended a day ago, which is more than any clock that a gate is sure of is off. */
function hasEnded({ grant: { grant } }: ReadCode, nowMs: number): boolean {
  return grant.expiresAt * 1000 + 86_400_000 < nowMs;
}
