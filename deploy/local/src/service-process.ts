import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Guard } from './guard.ts';
import { freePort } from './ports.ts';
import { ManagedProcess } from './process.ts';
import { secretOf } from './secrets.ts';
import type { ServiceSpec } from './services.ts';
import type { State } from './state.ts';

/** What a service finds around it. */
export interface Surroundings {
  state: State;
  natsUrl: string;
  /** By service. */
  databases: Record<string, string>;
  /** By service, as far as they have started; `<name>_app` is a service's port for wallet apps. */
  endpoints: Record<string, string>;
  /** Given to every service. */
  env: NodeJS.ProcessEnv;
  guard: Guard;
  onLine: (service: string, line: string) => void;
}

const DRAIN_TIMEOUT_MS = 20_000;
const READY_TIMEOUT_MS = 60_000;

/** The file that a service runs, from the folder that the build writes to. */
export function programFile(program: string): string {
  return resolve('dist', `${program}.js`);
}

/**
 * Starts a service and adds its addresses to the endpoints. Its ports are chosen here, so that it
 * comes back on them after a kill: its peers know no others.
 */
export async function startService(
  service: ServiceSpec,
  around: Surroundings,
): Promise<ManagedProcess> {
  const { name, program } = service;
  const file = programFile(program);
  if (!existsSync(file)) throw new Error(`${name} cannot start: ${file} was not built`);
  const port = await freePort();
  const appPort = service.appPort ? await freePort() : undefined;
  const served = new ManagedProcess(
    {
      name,
      command: process.execPath,
      args: ['--enable-source-maps', file],
      env: environment(service, around, port, appPort),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: DRAIN_TIMEOUT_MS,
      logFile: join(around.state.logs, `${name}.log`),
      onLine: (line) => around.onLine(name, line),
      ready: async (run) => {
        addEndpoints(around.endpoints, name, await run.line(isReadyLine));
      },
      readyTimeoutMs: READY_TIMEOUT_MS,
      attempts: 1,
    },
    around.guard,
  );
  await served.start();
  return served;
}

function environment(
  service: ServiceSpec,
  around: Surroundings,
  port: number,
  appPort: number | undefined,
): NodeJS.ProcessEnv {
  const { state, natsUrl, databases, endpoints, env } = around;
  return {
    ...process.env,
    DATABASE_URL: databases[service.name],
    NATS_URL: natsUrl,
    CAUSEWAY_INSTANCE: service.name,
    CAUSEWAY_STATE: state.folder,
    // The end of its input tells a service that whoever started it is gone.
    CAUSEWAY_EXIT_WITH_PARENT: '1',
    LISTEN_HOST: '127.0.0.1',
    LISTEN_PORT: String(port),
    APP_PORT: appPort === undefined ? undefined : String(appPort),
    TLS_DIR: join(state.certs, service.name),
    ...peerAddresses(service.peers, endpoints),
    ...service.env?.((secret) => secretOf(state, secret)),
    ...env,
  };
}

/** `FX_ADDRESS`, and `WALLET_APP_ADDRESS` where that peer serves wallet apps too. */
export function peerAddresses(
  peers: readonly string[],
  endpoints: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = peers.flatMap((peer) => [peer, `${peer}_app`]).filter((name) => endpoints[name]);
  return Object.fromEntries(
    known.map((name) => [
      `${name.toUpperCase().replaceAll('-', '_')}_ADDRESS`,
      endpoints[name] ?? '',
    ]),
  );
}

/** By what the service says, which is the same at every start of one stack. */
function addEndpoints(endpoints: Record<string, string>, name: string, readyLine: string): void {
  const { port, appPort } = JSON.parse(readyLine);
  if (port) endpoints[name] = `127.0.0.1:${port}`;
  if (appPort) endpoints[`${name}_app`] = `127.0.0.1:${appPort}`;
}

function isReadyLine(line: string): boolean {
  if (!line.startsWith('{"ready":')) return false;
  return JSON.parse(line).ready === true;
}
