import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import type { Caller, Host } from './host.ts';
import type { Kernel } from './kernel.ts';

/** What a server may know of a call. */
export interface Served {
  /** Epoch milliseconds on the server's clock. */
  deadlineMs: number;
}

/** One call, as the network carries it. */
export interface Call<Service, Answer> {
  from: Caller;
  to: Host<Service>;
  method: string;
  /** What it is about, for the story and for naming its faults: a payment's short name. */
  about: string;
  timeoutMs: number;
  /** Told only where something goes wrong with it. */
  isRoutine?: boolean;
  serve: (service: Service, served: Served) => Promise<Answer>;
}

/** How a call may end for its caller; the last where no answer is on its way. */
interface Ends<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
  fail(error: Error): void;
}

const REQUEST_FAULTS = ['lost', 'unreachable', 'late', 'twice'] as const;
const ANSWER_FAULTS = ['unheard', 'late'] as const;

/**
 * Carries calls between processes. A request may be lost, late, or arrive twice; its answer may be
 * lost or late; either process may die meanwhile. Whoever hears nothing in time hears that.
 */
export class Network {
  /** Messages that have not arrived yet. */
  underWay = 0;

  constructor(private readonly kernel: Kernel) {}

  call<Service, Answer>(call: Call<Service, Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { from, to, method, about, timeoutMs } = call;
      const { kernel } = this;
      const { life } = from;
      const name = kernel.faults.named(`${from.name}>${to.name} ${method} ${about}`);
      let isOver = false;
      const end = (settle: () => void) => {
        if (isOver || !life.alive) return;
        isOver = true;
        giveUp();
        settle();
      };
      const fail = (error: Error) => end(() => reject(error));
      if (from.crash && kernel.faults.hit(`${name} of ${from.name}`, ['crash']))
        return from.crash();
      const fault = kernel.faults.hit(name, REQUEST_FAULTS);
      const giveUp = kernel.after(timeoutMs, () => {
        if (life.alive) kernel.tell(() => `${from.name} has waited enough for ${method} ${about}`);
        fail(new RpcFailure('DEADLINE_EXCEEDED', `${method} took too long`));
      });
      if (fault !== undefined || !call.isRoutine) {
        kernel.tell(() => `${from.name} → ${to.name}: ${method} ${about}${told(fault)}`);
      }
      const answer = (settle: () => void) => this.#answer(call, name, settle, end);
      const arrive = () => {
        this.underWay -= 1;
        this.#arrive(call, name, answer, { resolve, reject, fail });
      };
      const send = (ms: number) => {
        this.underWay += 1;
        kernel.after(ms, arrive);
      };
      const latencyMs = this.#latencyMs(name);
      if (fault === 'unreachable') {
        kernel.after(latencyMs, () => fail(unreachable(to.name)));
        return;
      }
      if (fault !== 'lost') send(fault === 'late' ? this.#lateMs(name) : latencyMs);
      if (fault === 'twice') send(this.#lateMs(name));
    });
  }

  #arrive<Service, Answer>(
    { to, method, about, timeoutMs, serve }: Call<Service, Answer>,
    name: string,
    answer: (settle: () => void) => void,
    { resolve, reject, fail }: Ends<Answer>,
  ): void {
    const { kernel } = this;
    const { service, life } = to;
    if (service === undefined || life === undefined) {
      fail(unreachable(to.name));
      return;
    }
    const deadlineMs = life.runtime.clock.nowMs() + timeoutMs;
    serve(service, { deadlineMs }).then(
      (value) => {
        if (!life.alive) return;
        if (kernel.faults.hit(`${name} answer of ${to.name}`, ['crash'])) return to.crash();
        answer(() => resolve(value));
      },
      (error) => {
        if (!life.alive) return;
        kernel.tell(() => `${to.name} fails at ${method} ${about}: ${messageOf(error)}`);
        answer(() => reject(onTheWire(error)));
      },
    );
  }

  #answer<Service, Answer>(
    { from, to, method, about, isRoutine }: Call<Service, Answer>,
    name: string,
    settle: () => void,
    end: (settle: () => void) => void,
  ): void {
    const { kernel } = this;
    const fault = kernel.faults.hit(`${name} answer`, ANSWER_FAULTS);
    if (fault !== undefined || !isRoutine) {
      kernel.tell(() => `${from.name} ← ${to.name}: ${method} ${about}${told(fault)}`);
    }
    if (fault === 'unheard') return;
    const ms =
      fault === 'late' ? this.#lateMs(`${name} answer`) : this.#latencyMs(`${name} answer`);
    kernel.after(ms, () => end(settle));
  }

  /** Nearly always a few milliseconds, so that messages overtake each other now and then. */
  #latencyMs(name: string): number {
    return 0.5 + 30 * this.kernel.chance.unit(`${name} takes`) ** 4;
  }

  /** Beyond most patience, and sometimes beyond the life of the payment. */
  #lateMs(name: string): number {
    return 200 + 45_000 * this.kernel.chance.unit(`${name} is late`) ** 3;
  }
}

function told(fault: string | undefined): string {
  switch (fault) {
    case undefined:
      return '';
    case 'unheard':
      return ' – the answer is lost';
    case 'twice':
      return ' – arrives twice';
    default:
      return ` – ${fault}`;
  }
}

function unreachable(name: string): RpcFailure {
  return new RpcFailure('UNAVAILABLE', `${name} cannot be reached`, false);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A typed reason crosses the wire; everything else only as having failed. */
function onTheWire(error: unknown): Error {
  if (error instanceof Refusal) return error;
  if (error instanceof RpcFailure) return new RpcFailure('UNAVAILABLE', error.message, true);
  return new RpcFailure('INTERNAL', messageOf(error), true);
}
