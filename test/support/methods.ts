import { FACT_CONSUMERS } from '@causeway/callers';
import { METHOD_ACCESS } from '@causeway/proto/access';

/** The methods that each endpoint serves by itself. */
const SERVED: Readonly<Record<string, RegExp>> = {
  fx: /^\/causeway\.fx\.v1\.(?!LiquidityProviderService)/,
  wallet: /^\/causeway\.wallet\.v1\./,
  'peak-wallet': /^\/causeway\.wallet\.v1\./,
  routing: /^\/causeway\.routing\.v1\./,
  acquiring: /^\/causeway\.acquiring\.v1\./,
  settlement: /^\/causeway\.settlement\.v1\./,
  'lp-harbour': /^\/causeway\.fx\.v1\.LiquidityProviderService\//,
  'merlion-connector': /^\/causeway\.connector\.v1\./,
};
/** Endpoints of every kind that there is. */
export const ENDPOINTS = Object.keys(SERVED);
/** What several services serve, by the endpoints that do. */
const SHARED: readonly (readonly [method: RegExp, endpoints: readonly string[]])[] = [
  [/^\/causeway\.common\.v1\.PeerService\//, ENDPOINTS],
  [/^\/causeway\.common\.v1\.ParkedFactService\//, FACT_CONSUMERS],
  [/^\/causeway\.common\.v1\.ProbeService\//, ['routing', 'wallet', 'peak-wallet']],
  [/^\/causeway\.common\.v1\.ProjectionService\//, ['acquiring', 'fx']],
];

/** Every method that is served, with where and to whom. */
export const METHODS = Object.entries(METHOD_ACCESS).flatMap(([path, { callers }]) => {
  const shared = SHARED.flatMap(([method, names]) => (method.test(path) ? names : []));
  const own = ENDPOINTS.filter((name) => SERVED[name]?.test(path));
  return [...shared, ...own].map((endpoint) => ({ path, at: endpoint, callers }));
});
