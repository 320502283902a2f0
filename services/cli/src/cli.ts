import { type Caller, type Callers, findStack, openCallers } from '@causeway/callers';
import { type Runtime, systemRuntime } from '@causeway/runtime';
import { UsageError } from './input/usage.ts';
import type { Json } from './output/json.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  json?: boolean;
  as?: string;
  state?: string;
}

/** What a command answers: for people, and as one JSON object. */
export interface Answer {
  text: string;
  data: Json;
  /** True where it was carried out and the outcome is a no: declined, or a check that failed. */
  failed?: boolean;
}

/** The operator whose certificate is used where nobody else is named. */
export const OPERATOR_ID = 'ops';

/** The wallet operator of the local stack that is meant where none is named. */
export const ISSUER_ID = 'harbour-wallet';

/** The wallet operators of the local stack, and the service that runs each one's wallets. */
export const ISSUERS = [
  { id: ISSUER_ID, service: 'wallet' },
  { id: 'peak-wallet', service: 'peak-wallet' },
] as const;

const DEFAULT_STATE = '.causeway';

/** One run of the command line against one stack. */
export class Cli {
  readonly runtime: Runtime;
  /** Set by `--as`: who the caller wants to be, whatever the command's own choice is. */
  readonly asked: string | undefined;
  /** Whether the answer is for a program. */
  readonly json: boolean;
  readonly #state: string | undefined;
  #callers: Callers | undefined;

  constructor(options: GlobalOptions) {
    this.json = options.json === true;
    this.#state = options.state;
    this.asked = options.as;
    this.runtime = systemRuntime({ service: 'cli', logLevel: 'fatal' });
  }

  /** Where the stack keeps its state. */
  get state(): string {
    return this.#state ?? (process.env.CAUSEWAY_STATE || DEFAULT_STATE);
  }

  /** Everybody whose certificate is here. Throws a StackNotRunningError where no stack runs. */
  get callers(): Callers {
    this.#callers ??= openCallers(this.runtime, findStack(this.state));
    return this.#callers;
  }

  /** The identity asked for with `--as`, else `fallback`. Throws a UsageError. */
  as(fallback: string): Caller {
    const id = this.asked ?? fallback;
    const ids = this.callers.ids();
    if (ids.includes(id)) return this.callers.as(id);
    throw new UsageError(`"${id}" has no certificate here; there are: ${ids.join(', ')}`);
  }

  /**
   * Whoever may see to a wallet operator's money: it itself where its certificate is here, else the
   * operator, at the wallet service that `of` names. Throws a UsageError.
   *
   * @param of the wallet operator's id, or the name of its wallet service; the only one unless given
   */
  asIssuer(of: string | undefined): Caller {
    const id = this.asked ?? of ?? ISSUER_ID;
    const { callers } = this;
    if (callers.ids().includes(id)) return callers.as(id);
    return this.asked === undefined ? callers.as(OPERATOR_ID, of) : this.as(id);
  }

  /** Shows something before the answer: a line of its own, as JSON where that was asked for. */
  show(text: string, data: Json): void {
    process.stdout.write(`${this.json ? JSON.stringify(data) : text}\n`);
  }

  close(): void {
    this.#callers?.close();
  }
}
