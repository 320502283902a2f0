import type { Route } from '@causeway/proto/routing';
import type { RouteQuestion, Target } from './question.ts';

/** A route that could carry a payment, and the merchant's end that it leads to. */
export interface Way {
  route: Route;
  target: Target;
}

/**
 * The routes by what leads to them, so that a payment looks only at its own: what another partner
 * adds to the directory costs it nothing.
 */
export class RouteIndex {
  readonly #byPartner = new Map<string, Route[]>();
  readonly #byScheme = new Map<string, Route[]>();
  readonly #ids = new Set<string>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      this.#ids.add(route.routeId);
      append(this.#byPartner, route.partnerId, route);
      for (const schemeId of route.schemeIds) append(this.#byScheme, schemeId, route);
    }
  }

  /** Whether there is such a route. */
  has(routeId: string): boolean {
    return this.#ids.has(routeId);
  }

  /** Every route that could carry the payment, each once, in the order of their ids. */
  waysOf({ targets, countryCode, payeeAmount }: RouteQuestion): Way[] {
    const ways = new Map<string, Way>();
    for (const target of targets) {
      for (const route of this.#leadingTo(target)) {
        const carries =
          route.countryCode === countryCode &&
          route.currencyCodes.includes(payeeAmount.currencyCode);
        if (carries && !ways.has(route.routeId)) ways.set(route.routeId, { route, target });
      }
    }
    return [...ways.values()].sort((a, b) => byId(a.route.routeId, b.route.routeId));
  }

  #leadingTo({ partnerId, schemeId }: Target): readonly Route[] {
    const found = schemeId ? this.#byScheme.get(schemeId) : this.#byPartner.get(partnerId);
    return found ?? [];
  }
}

/** The order that decides where nothing else does; by code units, the same everywhere. */
export function byId(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function append(map: Map<string, Route[]>, key: string, route: Route): void {
  const list = map.get(key);
  if (list) list.push(route);
  else map.set(key, [route]);
}
