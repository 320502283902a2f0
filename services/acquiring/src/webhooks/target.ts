import { promises as dns, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Refusal } from '@causeway/runtime';
import ipaddr from 'ipaddr.js';

/** Finds all addresses of a host name. Rejects where it has none. */
export type Resolve = (host: string) => Promise<string[]>;

/** Where webhooks may lead. */
export interface TargetPolicy {
  /** Whether private networks and plain http are allowed, as in a sandbox. */
  allowPrivate: boolean;
  resolve: Resolve;
}

const MAX_URL_LENGTH = 2_048;
const RESOLVE_TIMEOUT_MS = 3_000;

/** Where a target is not on the public internet. */
export class TargetForbidden extends Error {
  override readonly name = 'TargetForbidden';
}

/**
 * What is wrong with the URL of a target by what it says itself, or undefined. Credentials have no
 * place in it, since it is listed and logged.
 */
export function problemWithUrl(text: string, { allowPrivate }: TargetPolicy): string | undefined {
  if (text.length > MAX_URL_LENGTH) return `must be at most ${MAX_URL_LENGTH} characters`;
  if (!URL.canParse(text)) return 'must be an absolute URL';
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:'))
    return 'must begin https://';
  return username === '' && password === '' ? undefined : 'must hold no user name or password';
}

/**
 * Refuses a target that is, or at this moment resolves to, an address outside the public
 * internet. A name that cannot be resolved now passes: what counts is the address at each
 * connection. Throws TARGET_FORBIDDEN.
 */
export async function checkTarget(url: string, policy: TargetPolicy): Promise<void> {
  try {
    const host = hostOf(new URL(url));
    const addresses = isIP(host) ? [host] : await policy.resolve(host).catch(() => []);
    assertAllowed(addresses, policy);
  } catch (error) {
    if (!(error instanceof TargetForbidden)) throw error;
    throw new Refusal('TARGET_FORBIDDEN', error.message);
  }
}

/** The same for the host of a connection that names an address: it is never looked up. */
export function assertLiteralAllowed(url: URL, policy: TargetPolicy): void {
  const host = hostOf(url);
  if (isIP(host)) assertAllowed([host], policy);
}

/**
 * Looks up the host of a connection. What it answers is what is connected to, so that a name that
 * changes its address between check and use leads nowhere else.
 */
export function guardedLookup(policy: TargetPolicy): LookupFunction {
  return (host, { all }, callback) => {
    const look = async () => {
      const addresses = await policy.resolve(host);
      assertAllowed(addresses, policy);
      return addresses.map((address): LookupAddress => ({ address, family: isIP(address) }));
    };
    look().then(
      (found) => {
        const [first] = found;
        if (first === undefined) callback(new Error(`${host} has no address`), []);
        else if (all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}

/**
 * Resolves by asking name servers without a thread of the pool, which names that answer slowly
 * could fill. Only the names of the public internet are known to it.
 */
export function publicResolve(): Resolve {
  const resolver = new dns.Resolver({ timeout: RESOLVE_TIMEOUT_MS, tries: 1 });
  return async (host) => {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length === 0) throw new Error(`${host} cannot be resolved`);
    return found;
  };
}

/** Resolves as this host does for its own programs: `localhost` and names in private networks too. */
export const hostResolve: Resolve = async (host) =>
  (await dns.lookup(host, { all: true })).map(({ address }) => address);

function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function assertAllowed(addresses: readonly string[], { allowPrivate }: TargetPolicy): void {
  if (allowPrivate) return;
  if (addresses.every(isPublic)) return;
  throw new TargetForbidden('the target is not on the public internet');
}

/** Whether an address is one of the public internet; of IPv6 only 2000::/3 is. */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || ((parsed.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
}
