import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Answers a number from 0 up to 1, the same ones in the same order from the same seed. */
export type Chance = () => number;

/**
 * What a link does to those who use it:
 * `clear` passes everything on; `delay` holds each piece back for `ms`, and by chance for up to
 * `jitterMs` more; `silent` keeps connections open, and accepts new ones, while nothing arrives at
 * the end that it names: half-open, as behind a dead switch; `refuse` resets whoever connects.
 */
export type Weather =
  | { kind: 'clear' }
  | { kind: 'delay'; ms: number; jitterMs: number }
  | { kind: 'silent'; at: 'callee' | 'caller' | 'both' }
  | { kind: 'refuse' };

const CLEAR: Weather = { kind: 'clear' };

/** A pair of sockets: the caller's, and the one to the callee on its behalf. */
interface Pair {
  caller: Socket;
  callee: Socket;
}

/** Stands between a caller and a callee, passes bytes on, and does harm when it is told to. */
export class LinkProxy {
  /** Where the caller connects to, `host:port`. */
  readonly address: string;
  readonly #server: Server;
  readonly #chance: Chance;
  readonly #pairs = new Set<Pair>();
  readonly #waiting = new Set<() => void>();
  #targets: readonly string[];
  #accepted = 0;
  #weather: Weather = CLEAR;

  /** Where it leads unless told otherwise. */
  readonly target: string;

  private constructor(server: Server, target: string, chance: Chance) {
    const { port } = server.address() as AddressInfo;
    this.address = `127.0.0.1:${port}`;
    this.#server = server;
    this.target = target;
    this.#targets = [target];
    this.#chance = chance;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** Listens on loopback for whoever wants to reach `target`, which need not listen yet. */
  static async to(target: string, chance: Chance): Promise<LinkProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LinkProxy(server, target, chance);
  }

  /** How many connections stand. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** How many connections there ever were, those that were refused too. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Changes what is done from now on, also to connections that stand. */
  set(weather: Weather): void {
    this.#weather = weather;
    for (const goOn of this.#waiting) goOn();
    this.#waiting.clear();
  }

  /** Leads new connections to these in turn, such as to two versions of one service. */
  leadTo(...targets: readonly string[]): void {
    this.#targets = targets;
  }

  /** Resets each connection with this probability, and answers how many it met. */
  cut(share = 1): number {
    const met = [...this.#pairs].filter(() => this.#chance() < share);
    for (const pair of met) this.#reset(pair);
    return met.length;
  }

  /** Ends everything. */
  close(): void {
    this.#server.close();
    this.cut();
    this.set(CLEAR);
  }

  #accept(caller: Socket): void {
    caller.on('error', () => {});
    const target = this.#targets[this.#accepted % this.#targets.length] ?? '';
    this.#accepted += 1;
    if (this.#weather.kind === 'refuse') {
      caller.resetAndDestroy();
      return;
    }
    const [host, port] = target.split(':');
    const callee = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    callee.on('error', () => {});
    const pair = { caller, callee };
    this.#pairs.add(pair);
    void this.#pass(caller, callee, 'callee', pair);
    void this.#pass(callee, caller, 'caller', pair);
  }

  /** Passes on what one end sends until it ends; whatever goes wrong, both learn of it. */
  async #pass(from: Socket, to: Socket, end: 'callee' | 'caller', pair: Pair): Promise<void> {
    try {
      // Its own end must not destroy it, since the other way may still be in use.
      for await (const piece of from.iterator({ destroyOnReturn: false })) {
        await this.#allowance(end);
        if (!to.write(piece)) await once(to, 'drain');
      }
      await this.#allowance(end);
      to.end();
      if (pair.caller.writableEnded && pair.callee.writableEnded) this.#pairs.delete(pair);
    } catch {
      this.#reset(pair);
    }
  }

  /** Waits until something may arrive at an end. */
  async #allowance(end: 'callee' | 'caller'): Promise<void> {
    const weather = this.#weather;
    if (weather.kind === 'delay') await sleep(weather.ms + this.#chance() * weather.jitterMs);
    while (isSilentAt(this.#weather, end)) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #reset(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.caller.resetAndDestroy();
    pair.callee.resetAndDestroy();
  }
}

function isSilentAt(weather: Weather, end: 'callee' | 'caller'): boolean {
  return weather.kind === 'silent' && (weather.at === 'both' || weather.at === end);
}
