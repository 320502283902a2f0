import type { Route } from '@causeway/proto/routing';
import type { Question, Target } from './question.ts';

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
  routesFor({ targets, payeeAmount }: Question): Route[] {
    const routes = new Set<Route>();
    for (const target of targets) {
      for (const route of this.#leadingTo(target)) {
        const carries =
          route.countryCode === target.countryCode &&
          route.currencyCodes.includes(payeeAmount.currencyCode);
        if (carries) routes.add(route);
      }
    }
    return [...routes].sort((a, b) => byId(a.routeId, b.routeId));
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
