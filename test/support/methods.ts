import { METHOD_ACCESS } from '@causeway/proto/access';

/** The methods that each endpoint serves, besides Exchange, which all of them do. */
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
const EXCHANGE = '/causeway.common.v1.PeerService/Exchange';

/** Every method that is served, with where and to whom. */
export const METHODS = Object.entries(METHOD_ACCESS).flatMap(([path, { callers }]) => {
  const at = ENDPOINTS.filter((name) => path === EXCHANGE || SERVED[name]?.test(path));
  return at.map((endpoint) => ({ path, at: endpoint, callers }));
});
