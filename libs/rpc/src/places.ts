import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '@causeway/runtime';

/** How long what a name stood for is believed; a deployment gives new servers new addresses. */
const BELIEVED_MS = 5_000;

/** Finds the IP addresses that a host's name stands for. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** One server as it is dialled, and by which name its certificate must know it. */
export interface Place {
  /** `host:port`. */
  address: string;
  /** The host that was asked for. */
  host: string;
}

const byDns: Lookup = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address).sort();
};

/**
 * Where the servers of one client are: those that it was told of, and all that a name among them
 * stands for. Names are looked up again while calls are made, and never without one.
 */
export class Places {
  readonly #told: readonly Place[];
  readonly #named: readonly Place[];
  readonly #clock: Clock;
  readonly #lookup: Lookup;
  /** By `host:port` of a name, once it was found to stand for several servers. */
  readonly #several = new Map<string, readonly Place[]>();
  #askedMs = Number.NEGATIVE_INFINITY;
  #asking = false;

  /** @param addresses each `host:port`, or several of them between commas */
  constructor(addresses: readonly string[], clock: Clock, find: Lookup = byDns) {
    const each = addresses.flatMap((address) => address.split(','));
    this.#told = each
      .map((address) => address.trim())
      .filter((address) => address !== '')
      .map((address) => ({ address, host: hostOf(address) }));
    if (this.#told.length === 0) throw new RangeError('a client needs an address');
    this.#named = this.#told.filter(({ host }) => isName(host));
    this.#clock = clock;
    this.#lookup = find;
  }

  /** What is known now. */
  get all(): readonly Place[] {
    return this.#told.flatMap((place) => this.#several.get(place.address) ?? [place]);
  }

  /** Whether what is known is due to be looked up. */
  get stale(): boolean {
    if (this.#named.length === 0 || this.#asking) return false;
    return this.#clock.monotonicMs() - this.#askedMs >= BELIEVED_MS;
  }

  /** Looks all names up. One that cannot be found stands for what it last did. */
  async refresh(): Promise<void> {
    this.#asking = true;
    this.#askedMs = this.#clock.monotonicMs();
    await Promise.all(this.#named.map((place) => this.#refreshOne(place)));
    this.#asking = false;
  }

  async #refreshOne({ address, host }: Place): Promise<void> {
    try {
      const found = await this.#lookup(host);
      // One address is left to the channel, which looks the name up itself when it must reconnect.
      if (found.length < 2) this.#several.delete(address);
      else this.#several.set(address, found.map(at(address, host)));
    } catch {
      // The name server may be away for a while, and the servers be where they were.
    }
  }
}

function at(address: string, host: string): (ip: string) => Place {
  const port = address.slice(address.lastIndexOf(':') + 1);
  return (ip) => ({ address: isIP(ip) === 6 ? `[${ip}]:${port}` : `${ip}:${port}`, host });
}

/** Every system knows this name in two protocols, and it is one server. */
function isName(host: string): boolean {
  return isIP(host) === 0 && host !== 'localhost';
}

/** The host of `host:port`, without the brackets of an IPv6 address. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}
