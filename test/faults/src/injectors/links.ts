import type { Link, Reach } from '@causeway/deploy-local';
import { withoutReplica } from '../processes.ts';
import { type Chance, LinkProxy, type Weather } from './proxy.ts';

/** Who seeds the directory: routing reaches issuers by the addresses that it was told by this one. */
const SEEDER = 'sandbox';
const DIALS_ISSUERS = 'routing';

/** A proxy between every two processes of a stack that talk to each other. */
export class Links {
  readonly #chance: Chance;
  readonly #proxies = new Map<string, Promise<LinkProxy>>();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** To be given to `startStack`. */
  readonly reach: Reach = async (link) => {
    const caller = link.caller === SEEDER ? callerInstead(link) : link.caller;
    if (caller === undefined) return link.address;
    return (await this.between(caller, link.callee, link.address)).address;
  };

  /**
   * The proxy between two processes. Throws where there is none, unless it is told where the callee
   * listens; then it makes one.
   */
  between(caller: string, callee: string, address?: string): Promise<LinkProxy> {
    const name = `${caller}→${callee}`;
    const known = this.#proxies.get(name);
    if (known) return known;
    if (address === undefined) throw new Error(`there is no link ${name}`);
    const made = LinkProxy.to(address, this.#chance);
    this.#proxies.set(name, made);
    return made;
  }

  /** The names of the links that lead to a callee, or all: `routing→postgres`, for all its replicas. */
  names(callee?: string): string[] {
    const all = [...new Set([...this.#proxies.keys()].map(ofServices))];
    return callee === undefined ? all : all.filter((name) => name.endsWith(`→${callee}`));
  }

  /** Lets weather come over these links, by their names. */
  async set(names: readonly string[], weather: Weather): Promise<void> {
    for (const link of await this.#named(names)) link.set(weather);
  }

  /** Resets connections of these links, each with this probability; answers how many. */
  async cut(names: readonly string[], share = 1): Promise<number> {
    return (await this.#named(names)).reduce((sum, link) => sum + link.cut(share), 0);
  }

  /** Has these links lead new connections to where they led and to another place, in turn. */
  async shareWith(names: readonly string[], other: string): Promise<void> {
    for (const link of await this.#named(names)) link.leadTo(link.target, other);
  }

  /** Has these links lead new connections to where they first led. */
  async leadHome(names: readonly string[]): Promise<void> {
    for (const link of await this.#named(names)) link.leadTo(link.target);
  }

  /** All links from or to these pass everything on again. */
  clear(parts: readonly string[]): Promise<void> {
    const isOf = (name: string) => name.split('→').some((end) => parts.includes(end));
    return this.set(this.names().filter(isOf), { kind: 'clear' });
  }

  async close(): Promise<void> {
    for (const link of await Promise.all(this.#proxies.values())) link.close();
  }

  /** Those that bear one of these names, between replicas too. Throws where there is none. */
  #named(names: readonly string[]): Promise<LinkProxy[]> {
    const links = names.flatMap((name) => {
      const found = [...this.#proxies].filter(([each]) => ofServices(each) === name);
      if (found.length === 0) throw new Error(`there is no link ${name}`);
      return found.map(([, link]) => link);
    });
    return Promise.all(links);
  }
}

/** The name of a link without the numbers of replicas. */
function ofServices(name: string): string {
  return name.split('→').map(withoutReplica).join('→');
}

/** The sandbox plays parties outside, who are nobody's link, but hands on addresses of issuers. */
function callerInstead({ callee }: Link): string | undefined {
  return withoutReplica(callee).endsWith('wallet') ? DIALS_ISSUERS : undefined;
}
