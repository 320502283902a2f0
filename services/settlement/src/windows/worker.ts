import type { ClearingDay, ClearingDayServiceService } from '@causeway/proto/routing';
import type { Client } from '@causeway/rpc';
import { failpoint, Refusal, type Runtime, Trouble, uuidFrom } from '@causeway/runtime';
import type { TermsPusher } from '../agreements/push-terms.ts';
import { type CommandHandler, type Commands, type Json, SYSTEM } from '../commands/commands.ts';
import { windowsFinal, windowsOverdue, windowsWaiting, windowsWaitingAge } from '../metrics.ts';
import { type ParticipantRef, participantOf, toParticipant } from '../participants.ts';
import { type Final, finalBody, keyBody } from './body.ts';
import { CLOSE_WINDOW, FINISH_WINDOW, OPEN_WINDOW } from './commands.ts';
import { datesBetween } from './dates.ts';
import { type DrawnUp, type DrawUpDeps, drawUp } from './draw-up.ts';
import { type BookedTotal, bookedTotals } from './items-store.ts';
import { latestFinalDays, latestWindow, oldestBookedDay, unfinishedWindows } from './store.ts';
import type { Window, WindowKey } from './window.ts';
import type { WindowWork } from './work.ts';

/** Between two looks where nothing waits to become final, and the least and most where something does. */
const IDLE_MS = 2_000;
const BUSY_MS = { first: 150, most: 5_000 };
/** A closed window that is not final this long after is for a person to look at. */
const OVERDUE_MS = 60 * 60_000;
/** Routing reads all of a day, which of a million payments takes half a minute. */
const TOTALS_TIMEOUT_MS = 120_000;

export interface WindowWorkerDeps extends DrawUpDeps {
  commands: Commands;
  routing: Pick<
    Client<typeof ClearingDayServiceService>,
    'listClearingDays' | 'sealClearingDay' | 'getControlTotals'
  >;
  /** Keeps routing's clearing terms as the agreements have them. */
  terms: Pick<TermsPusher, 'push'>;
  work: WindowWork;
  /** Makes the files of a window that is about to become final; safe to do again. */
  makeFiles: (key: WindowKey, drawn: DrawnUp) => Promise<void>;
  runtime: Runtime;
}

/**
 * Brings windows from one state to the next: opens one for each day of each participant, closes it
 * when its day is over, and makes it final once routing has sealed the day and the books hold what
 * routing says it held. Every step is a command, so any number of replicas may try.
 */
export class WindowWorker {
  readonly #deps: WindowWorkerDeps;
  readonly #blind: Trouble;
  readonly #unlike: Trouble;
  readonly #untaken: Trouble;
  /** By participant: of the day that it waits with. */
  readonly #sealedTotals = new Map<
    string,
    { clearingDate: string; totals: readonly BookedTotal[] }
  >();
  #pauseMs = BUSY_MS.first;
  #running = Promise.resolve();
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(deps: WindowWorkerDeps) {
    this.#deps = deps;
    this.#blind = new Trouble(deps.runtime, 'clearing windows could not be followed');
    this.#untaken = new Trouble(deps.runtime, 'routing did not take the terms of an agreement');
    this.#unlike = new Trouble(deps.runtime, 'a closed window does not become final', 'error');
  }

  start(): void {
    this.#schedule(0);
  }

  /** Looks now: something was closed. */
  wake(): void {
    this.#pauseMs = BUSY_MS.first;
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    await this.#running;
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    if (this.#isStopped) return;
    this.#cancel = this.#deps.runtime.timers.after(ms, () => {
      // One look at a time; one that is asked for meanwhile comes right after it.
      this.#running = this.#running.then(() => this.#look());
    });
  }

  async #look(): Promise<void> {
    try {
      // Days go on by the terms that routing has, so what it does not take now holds up nothing.
      await this.#deps.terms.push().then(
        () => this.#untaken.passed(),
        (err) => this.#untaken.failed({ err }),
      );
      const waiting = await this.tick();
      this.#pauseMs = waiting ? Math.min(this.#pauseMs * 2, BUSY_MS.most) : BUSY_MS.first;
      this.#schedule(waiting ? this.#pauseMs : IDLE_MS);
      this.#blind.passed();
    } catch (err) {
      this.#blind.failed({ err });
      this.#schedule(IDLE_MS);
    }
  }

  /** Does what can be done now. Answers whether a closed window waits to become final. */
  async tick(): Promise<boolean> {
    const { days } = await this.#deps.routing.listClearingDays({});
    const byName = new Map(days.map((day) => [nameOf(participantOf(day.participant)), day]));
    for (const day of days) await this.#openUpTo(day);
    const waiting: Window[] = [];
    const failures: unknown[] = [];
    await this.#sealAgain(days).catch((error) => failures.push(error));
    const blocked = new Set<string>();
    for (const window of await unfinishedWindows(this.#deps.db)) {
      const name = nameOf(window.participant);
      const day = byName.get(name);
      if (blocked.has(name) || !day) continue;
      // What goes wrong with one participant's day holds up nobody else's.
      const isFinal = await this.#bringOn(window, day).catch((error) => {
        failures.push(error);
        return false;
      });
      if (isFinal) continue;
      blocked.add(name);
      if (window.state === 'CLOSED' || window.clearingDate < day.openDate) waiting.push(window);
    }
    windowsOverdue.set(waiting.filter((window) => this.#isOverdue(window)).length);
    windowsWaiting.set(waiting.length);
    windowsWaitingAge.set(
      Math.max(0, ...waiting.map((window) => this.#closedForMs(window))) / 1_000,
    );
    if (failures.length > 0) throw failures[0];
    return waiting.length > 0;
  }

  /**
   * A day that is final here was sealed once: routing that knows nothing of it was restored from a
   * backup, and must not stamp anything with it any more.
   */
  async #sealAgain(days: readonly ClearingDay[]): Promise<void> {
    const final = await latestFinalDays(this.#deps.db);
    for (const { participant: message, sealedDate } of days) {
      const participant = participantOf(message);
      const clearingDate = final.get(nameOf(participant));
      if (!participant || clearingDate === undefined || clearingDate <= sealedDate) continue;
      const { kind, id } = participant;
      const { log } = this.#deps.runtime;
      log.warn({ kind, id, clearing_date: clearingDate }, 'a final day is sealed again');
      await this.#deps.routing.sealClearingDay({
        participant: toParticipant(participant),
        clearingDate,
      });
    }
  }

  async #openUpTo({ participant: message, openDate }: ClearingDay): Promise<void> {
    const participant = participantOf(message);
    if (!participant) return;
    const { db } = this.#deps;
    const latest = (await latestWindow(db, participant))?.clearingDate;
    if (latest !== undefined && latest >= openDate) return;
    const first =
      latest === undefined ? ((await oldestBookedDay(db, participant)) ?? openDate) : latest;
    const dates = datesBetween(first, openDate);
    for (const clearingDate of latest === undefined ? dates : dates.slice(1)) {
      const key = { participant, clearingDate };
      await this.#command(OPEN_WINDOW, key, keyBody(key));
    }
  }

  /** Takes a window as far as it can go now. Answers whether it is final. */
  async #bringOn(window: Window, { openDate, sealedDate }: ClearingDay): Promise<boolean> {
    if (window.state === 'OPEN') {
      if (window.clearingDate >= openDate) return false;
      await this.#command(CLOSE_WINDOW, window, { ...keyBody(window), early: false });
    }
    if (sealedDate < window.clearingDate) {
      // An early close is on record before the day is sealed, so that no crash forgets it.
      if (!window.closedEarly) return false;
      await this.seal(window);
    }
    return this.#finish(window);
  }

  /** Has routing seal the day of a window that was closed early. */
  async seal({ participant, clearingDate }: WindowKey): Promise<void> {
    await failpoint('settlement.window.sealing');
    await this.#deps.routing.sealClearingDay({
      participant: toParticipant(participant),
      clearingDate,
    });
  }

  async #finish(window: Window): Promise<boolean> {
    const { db, work, makeFiles, runtime } = this.#deps;
    const difference = differenceOf(await this.#sealed(window), await bookedTotals(db, window));
    if (difference !== undefined) {
      this.#tellWaiting(window, difference);
      return false;
    }
    return work.alone(window, async () => {
      const drawn = await drawUp(this.#deps, window);
      await failpoint('settlement.window.drawn_up');
      await makeFiles(window, drawn);
      await failpoint('settlement.window.files_made');
      await this.#finishWith(window, drawn.final);
      windowsFinal.add(1, { kind: window.participant.kind });
      const { kind, id } = window.participant;
      runtime.log.info({ kind, id, clearing_date: window.clearingDate }, 'a window is final');
      return true;
    });
  }

  async #finishWith(window: Window, final: Final): Promise<void> {
    await this.#command(FINISH_WINDOW, window, finalBody(window, final));
    this.#sealedTotals.delete(nameOf(window.participant));
    this.#unlike.passed();
  }

  /** What routing says the day held, which is asked once: nothing changes it after the seal. */
  async #sealed({ participant, clearingDate }: WindowKey): Promise<readonly BookedTotal[]> {
    const known = this.#sealedTotals.get(nameOf(participant));
    if (known?.clearingDate === clearingDate) return known.totals;
    const { totals } = await this.#deps.routing.getControlTotals(
      { participant: toParticipant(participant), clearingDate },
      { timeoutMs: TOTALS_TIMEOUT_MS },
    );
    const booked = totals.map(asBooked);
    this.#sealedTotals.set(nameOf(participant), { clearingDate, totals: booked });
    return booked;
  }

  /** Facts are on their way for a moment; for an hour they are not. */
  #tellWaiting(window: Window, difference: string): void {
    if (!this.#isOverdue(window)) return;
    const { kind, id } = window.participant;
    this.#unlike.failed({ kind, id, clearing_date: window.clearingDate, difference });
  }

  #isOverdue(window: Window): boolean {
    return this.#closedForMs(window) > OVERDUE_MS;
  }

  #closedForMs({ closedAt }: Window): number {
    return closedAt === undefined ? 0 : this.#deps.runtime.clock.nowMs() - closedAt.getTime();
  }

  /** The same step of the same window is the same command, whoever asks for it. */
  async #command<Body extends Json>(
    handler: CommandHandler<Body>,
    { participant: { kind, id }, clearingDate }: WindowKey,
    body: Body,
  ): Promise<void> {
    const commandId = uuidFrom(handler.kind, kind, id, clearingDate);
    try {
      await this.#deps.commands.execute(handler, { commandId, operatorId: SYSTEM, body });
    } catch (error) {
      // Another replica, or an operator, took the same step with other words.
      if (error instanceof Refusal && error.reason === 'IDEMPOTENCY_KEY_REUSED') return;
      throw error;
    }
  }
}

function nameOf(participant: ParticipantRef | undefined): string {
  return participant ? `${participant.kind} ${participant.id}` : '';
}

type ControlTotals = Awaited<
  ReturnType<WindowWorkerDeps['routing']['getControlTotals']>
>['totals'][number];

function asBooked(total: ControlTotals): BookedTotal {
  const { payerCaptured, payeeCaptured, payerRefunded, payeeRefunded } = total;
  return {
    itemCount: total.itemCount,
    payerCurrency: payerCaptured?.currencyCode ?? '',
    payeeCurrency: payeeCaptured?.currencyCode ?? '',
    payerCapturedMinor: payerCaptured?.amountMinor ?? 0n,
    payeeCapturedMinor: payeeCaptured?.amountMinor ?? 0n,
    payerRefundedMinor: payerRefunded?.amountMinor ?? 0n,
    payeeRefundedMinor: payeeRefunded?.amountMinor ?? 0n,
    itemHashSum: total.itemHashSum,
  };
}

/** What routing says a day held against what the books hold of it; undefined where they agree. */
export function differenceOf(
  routed: readonly BookedTotal[],
  booked: readonly BookedTotal[],
): string | undefined {
  const [ours, theirs] = [booked, routed].map((totals) => totals.map(written).sort());
  if (ours?.join('\n') === theirs?.join('\n')) return undefined;
  return `routing: ${theirs?.join('; ') || 'nothing'}; books: ${ours?.join('; ') || 'nothing'}`;
}

function written(total: BookedTotal): string {
  return [
    `${total.itemCount} of ${total.payerCurrency} to ${total.payeeCurrency}`,
    `${total.payerCapturedMinor}, ${total.payeeCapturedMinor} captured`,
    `${total.payerRefundedMinor}, ${total.payeeRefundedMinor} refunded`,
    total.itemHashSum,
  ].join(' ');
}
