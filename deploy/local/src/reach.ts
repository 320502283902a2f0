/** How one process of the stack comes to another. */
export interface Link {
  /** The service that connects. */
  caller: string;
  /** Whom it connects to: a service, `<name>_app` for its port for wallet apps, `postgres`, `nats`. */
  callee: string;
  /** Where that listens, `host:port`. */
  address: string;
}

/**
 * Answers the address by which a caller shall reach a callee, such as that of a proxy in between. It
 * is asked before the caller starts, and may be before the callee listens.
 */
export type Reach = (link: Link) => Promise<string>;

/** Everybody is reached where they listen. */
export const reachDirectly: Reach = async ({ address }) => address;

/** The same URL, its server reached at the address that `via` answers. */
export async function reachUrl(
  url: string,
  via: (address: string) => Promise<string>,
): Promise<string> {
  const reached = new URL(url);
  const direct = reached.host;
  const address = await via(direct);
  if (address === direct) return url;
  reached.host = address;
  return reached.href;
}
