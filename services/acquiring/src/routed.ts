import type { RoutingServiceService } from '@causeway/proto/routing';
import { type CallOptions, type Client, isUnknownOutcome, RpcFailure } from '@causeway/rpc';
import { type Backoff, backoffMs, Refusal, type Runtime } from '@causeway/runtime';
import { isReason } from './errors.ts';
import { routedCalls, routedRetries, routedSeconds } from './metrics.ts';
import type { PartnerLimit } from './partner-limit.ts';

/** Routing as its client shows it. */
export type RoutingClient = Omit<
  Client<typeof RoutingServiceService>,
  'close' | 'listPaymentFacts' | 'listOwedPayments'
>;

/** Until when a caller listens. */
interface Listening {
  /** Epoch milliseconds on the runtime's clock; infinite on a stream. */
  deadlineMs: number;
}

/** Which partner calls, and until when it listens. */
export interface Caller extends Listening {
  partnerId: string;
}

/** For which wallet operator a call is made, and until when it listens. */
export interface PayerCaller extends Listening {
  issuerId: string;
}

/** What calls to routing go through. */
export interface RoutedOptions {
  runtime: Runtime;
  client: RoutingClient;
  inFlight: PartnerLimit;
  /** How long one call may take, repeats included. */
  timeoutMs: number;
}

/** Kept back from the caller's time, so that our answer arrives while it still listens. */
const ANSWER_MARGIN_MS = 100;
const MAX_ATTEMPTS = 3;
const PAUSE: Backoff = { firstMs: 50, maxMs: 400 };
const RETRY_AFTER_MS = 1_000;

/**
 * Carries the calls of partners, or of wallet operators, to routing. Each of them has a key or only
 * reads, so that one whose outcome is not known is simply made again, while its time lasts.
 */
export class Routed {
  readonly #options: RoutedOptions;

  constructor(options: RoutedOptions) {
    this.#options = options;
  }

  /**
   * Answers what routing answers. Throws routing's refusals as they are; OVERLOADED where the
   * caller has too much in flight; DEPENDENCY_UNAVAILABLE where no answer came in time.
   *
   * @param operation names the call in metrics
   */
  async ask<Response>(
    operation: string,
    caller: Caller | PayerCaller,
    send: (client: RoutingClient, options: CallOptions) => Promise<Response>,
  ): Promise<Response> {
    const { inFlight, runtime } = this.#options;
    const party = 'partnerId' in caller ? caller.partnerId : caller.issuerId;
    inFlight.take(party);
    const startedMs = runtime.clock.monotonicMs();
    let outcome = 'ok';
    try {
      return await this.#insist(caller, send);
    } catch (error) {
      outcome = error instanceof Refusal ? error.reason : 'error';
      throw error;
    } finally {
      inFlight.giveBack(party);
      routedCalls.add(1, { operation, outcome });
      routedSeconds.record((runtime.clock.monotonicMs() - startedMs) / 1_000, { operation });
    }
  }

  async #insist<Response>(
    caller: Listening,
    send: (client: RoutingClient, options: CallOptions) => Promise<Response>,
  ): Promise<Response> {
    const { client, runtime, timeoutMs } = this.#options;
    const { clock, random, timers } = runtime;
    const deadlineMs = Math.min(caller.deadlineMs, clock.nowMs() + timeoutMs) - ANSWER_MARGIN_MS;
    let unknown = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(client, { deadlineMs });
      } catch (error) {
        unknown ||= isUnknownOutcome(error);
        if (!isWorthRepeating(error)) throw explained(error, unknown);
        const pauseMs = backoffMs(PAUSE, attempt, random);
        const late = clock.nowMs() + pauseMs >= deadlineMs;
        if (attempt === MAX_ATTEMPTS || late) throw unavailable(error, unknown);
        routedRetries.add(1);
        await timers.sleep(pauseMs);
      }
    }
  }
}

/** True where routing was not reached, was leaving, or may have done it without saying so. */
function isWorthRepeating(error: unknown): boolean {
  if (error instanceof Refusal) return error.reason === 'DRAINING';
  if (error instanceof RpcFailure && error.code === 'UNAVAILABLE') return true;
  return isUnknownOutcome(error);
}

/** What a refusal says of its own attempt, and not of an earlier one whose outcome is unknown. */
const NOTHING_RECORDED: ReadonlySet<string> = new Set([
  'OVERLOADED',
  'DEADLINE_PASSED',
  'DEPENDENCY_UNAVAILABLE',
]);

/**
 * A reason that our callers know is theirs to see; any other is a defect between the services.
 *
 * @param unknown whether some attempt may have been executed
 */
function explained(error: unknown, unknown: boolean): unknown {
  if (!(error instanceof Refusal)) return error;
  const { reason } = error;
  if (unknown && NOTHING_RECORDED.has(reason)) return unavailable(error, unknown);
  if (reason === 'DEADLINE_PASSED') return unavailable(error, unknown);
  if (isReason(reason)) return error;
  return new Error(`routing refused with ${reason}`, { cause: error });
}

function unavailable(cause: unknown, unknown: boolean): Refusal {
  const message = 'no answer in time: repeat the call with the same ids';
  const metadata = { outcome: unknown ? 'unknown' : 'not_recorded' };
  const details = { metadata, retryAfterMs: RETRY_AFTER_MS, cause };
  return new Refusal('DEPENDENCY_UNAVAILABLE', message, details);
}
