import type { Caller, Callers, WalletApp } from '@causeway/callers';
import { isUnknownOutcome, RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import type { ClientLog } from './log.ts';

/** Callers who do the same and have every answer written down; streams are not. */
export function recorded(callers: Callers, log: ClientLog): Callers {
  const known = new Map<string, Caller>();
  return {
    ...callers,
    as(id) {
      const caller = known.get(id) ?? recordAll(callers.as(id), id, log);
      known.set(id, caller);
      return caller;
    },
    async appOf(issuerId, walletId): Promise<WalletApp> {
      return recordAll(await callers.appOf(issuerId, walletId), walletId, log);
    },
  };
}

/** The same party, with each of its clients recorded. */
function recordAll<P extends object>(party: P, who: string, log: ClientLog): P {
  const clients = new Map<PropertyKey, unknown>();
  return new Proxy(party, {
    get(target, key) {
      const client: unknown = Reflect.get(target, key);
      if (typeof client !== 'object' || client === null) return client;
      const known = clients.get(key) ?? recordClient(client, who, String(key), log);
      clients.set(key, known);
      return known;
    },
  });
}

function recordClient(client: object, who: string, name: string, log: ClientLog): object {
  return new Proxy(client, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== 'function') return method;
      return (request: unknown, ...options: unknown[]) => {
        const answer: unknown = method.call(target, request, ...options);
        if (answer instanceof Promise) {
          const call = { who, method: `${name}.${String(key)}`, request };
          answer.then(
            (response: unknown) => log.add({ ...call, outcome: 'answered', response }),
            (error: unknown) => log.add({ ...call, ...ofError(error) }),
          );
        }
        return answer;
      };
    },
  });
}

function ofError(error: unknown): { outcome: 'refused' | 'unknown'; reason: string } {
  const outcome = isUnknownOutcome(error) ? 'unknown' : 'refused';
  if (error instanceof Refusal) return { outcome, reason: error.reason };
  if (error instanceof RpcFailure) return { outcome, reason: error.code };
  return { outcome, reason: error instanceof Error ? error.message : String(error) };
}
