import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Guard } from './guard.ts';
import type { MetricsAddresses } from './metrics-targets.ts';
import { freePorts } from './ports.ts';
import { ManagedProcess } from './process.ts';
import { type Reach, reachUrl } from './reach.ts';
import { secretOf } from './secrets.ts';
import { type ServiceSpec, serviceOf } from './services.ts';
import type { State } from './state.ts';

/** What a service finds around it. */
export interface Surroundings {
  state: State;
  natsUrl: string;
  /** By service. */
  databases: Record<string, string>;
  /**
   * By process, whether it has started or not; `<name>_app` is its port for wallet apps. Where a
   * service has replicas, its own name stands for all of them, with commas between.
   */
  endpoints: Readonly<Record<string, string>>;
  /** Where each process shows its metrics; empty where none does. */
  metrics: MetricsAddresses;
  /** Given to every service. */
  env: NodeJS.ProcessEnv;
  /** Says by which address a service reaches another, Postgres and NATS. */
  reach: Reach;
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
 * Chooses where each service will listen, before any of them starts: some are told of others that
 * start later, and all come back on their ports after a kill, since their peers know no others.
 */
export async function chooseEndpoints(
  services: readonly ServiceSpec[],
): Promise<Record<string, string>> {
  const names = services.flatMap(({ name, appPort, servers = [] }) => [
    ...[name, ...(appPort ? [`${name}_app`] : [])],
    ...servers,
  ]);
  const ports = await freePorts(names.length);
  const own = Object.fromEntries(names.map((name, at) => [name, `127.0.0.1:${ports[at]}`]));
  return { ...own, ...addressesOfAll(services, own) };
}

/** Of each service that has replicas, and of its port for apps, the addresses of all. */
function addressesOfAll(
  services: readonly ServiceSpec[],
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const replicated = new Set(services.flatMap(({ replicaOf }) => replicaOf ?? []));
  const named = [...replicated].flatMap((service) => {
    const names = services.filter((spec) => serviceOf(spec) === service).map(({ name }) => name);
    return ['', '_app'].map((port): [string, string] => [
      `${service}${port}`,
      names.flatMap((name) => own[`${name}${port}`] ?? []).join(','),
    ]);
  });
  return Object.fromEntries(named.filter(([, addresses]) => addresses !== ''));
}

/** Starts a service and answers once it says that it is ready. */
export async function startService(
  service: ServiceSpec,
  around: Surroundings,
): Promise<ManagedProcess> {
  const { name, program } = service;
  const file = programFile(program);
  if (!existsSync(file)) throw new Error(`${name} cannot start: ${file} was not built`);
  const served = new ManagedProcess(
    {
      name,
      command: process.execPath,
      args: ['--enable-source-maps', file],
      env: await environment(service, around),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: DRAIN_TIMEOUT_MS,
      logFile: join(around.state.logs, `${name}.log`),
      onLine: (line) => around.onLine(name, line),
      ready: async (run) => {
        await run.line(isReadyLine);
      },
      readyTimeoutMs: READY_TIMEOUT_MS,
      attempts: 1,
    },
    around.guard,
  );
  await served.start();
  return served;
}

async function environment(service: ServiceSpec, around: Surroundings): Promise<NodeJS.ProcessEnv> {
  const { state, endpoints, metrics, env } = around;
  const instance = serviceOf(service);
  const peers = [...service.peers, ...(service.laterPeers ?? [])];
  return {
    ...process.env,
    ...(await serverUrls(service, around)),
    CAUSEWAY_INSTANCE: instance,
    CAUSEWAY_STATE: state.folder,
    // The end of its input tells a service that whoever started it is gone.
    CAUSEWAY_EXIT_WITH_PARENT: '1',
    LISTEN_HOST: '127.0.0.1',
    LISTEN_PORT: portIn(endpoints[service.name]),
    APP_PORT: portIn(endpoints[`${service.name}_app`]),
    METRICS_ADDRESS: metrics[service.name],
    TLS_DIR: join(state.certs, instance),
    ...peerAddresses(peers, await reachedFrom(service.name, peers, around)),
    SERVER_PORTS: service.servers?.map((name) => `${name}:${portIn(endpoints[name])}`).join(','),
    ...service.env?.({
      secretOf: (secret) => secretOf(state, secret),
      addressOf: (endpoint) => endpoints[endpoint] ?? '',
    }),
    ...env,
  };
}

async function serverUrls(service: ServiceSpec, { databases, natsUrl, reach }: Surroundings) {
  const via = (callee: string) => (address: string) =>
    reach({ caller: service.name, callee, address });
  const database = databases[serviceOf(service)];
  return {
    DATABASE_URL: database && (await reachUrl(database, via('postgres'))),
    NATS_URL: await reachUrl(natsUrl, via('nats')),
  };
}

/** Where a service reaches its peers, by the names of their endpoints. */
async function reachedFrom(
  caller: string,
  peers: readonly string[],
  { endpoints, reach }: Surroundings,
): Promise<Record<string, string>> {
  const reached = peers.flatMap(endpointsOf).map(async (endpoint) => {
    const each = (endpoints[endpoint] ?? '').split(',').filter((address) => address !== '');
    const addresses = each.map((address, at) =>
      reach({ caller, callee: replicaAt(endpoint, at), address }),
    );
    return [endpoint, (await Promise.all(addresses)).join(',')];
  });
  return Object.fromEntries(await Promise.all(reached));
}

const endpointsOf = (peer: string) => [peer, `${peer}_app`];

/** `routing-2_app` is the second address of `routing_app`. */
function replicaAt(endpoint: string, at: number): string {
  return at === 0 ? endpoint : endpoint.replace(/(_app)?$/, `-${at + 1}$1`);
}

/** `FX_ADDRESS`, and `WALLET_APP_ADDRESS` where that peer serves wallet apps too. */
export function peerAddresses(
  peers: readonly string[],
  endpoints: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = peers.flatMap(endpointsOf).filter((name) => endpoints[name]);
  return Object.fromEntries(
    known.map((name) => [
      `${name.toUpperCase().replaceAll('-', '_')}_ADDRESS`,
      endpoints[name] ?? '',
    ]),
  );
}

/** The port of the first address: a service comes before its replicas. */
function portIn(endpoint: string | undefined): string | undefined {
  const first = endpoint?.split(',')[0];
  return first?.slice(first.lastIndexOf(':') + 1);
}

function isReadyLine(line: string): boolean {
  if (!line.startsWith('{"ready":')) return false;
  return JSON.parse(line).ready === true;
}
