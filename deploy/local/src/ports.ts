import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range from which systems take the near end of outgoing connections (Linux from
 * 32768, macOS from 49152). A client that keeps dialling a port of that range while its server
 * is down can be given that very port, be connected to itself, and keep the server out.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const ATTEMPTS = 100;

/** A TCP port on 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found between ${LOWEST} and ${HIGHEST}`);
}

/** As many different ports likewise, none of them one that was chosen before. */
export async function freePorts(count: number, chosen: readonly number[] = []): Promise<number[]> {
  const ports = new Set(chosen);
  const wanted = ports.size + count;
  while (ports.size < wanted) ports.add(await freePort());
  return [...ports].slice(-count);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
