import { join } from 'node:path';
import { type Caller, issueCertificates } from './certificates.ts';
import { createDatabases, databaseUrl, dropDatabases } from './databases.ts';
import { Guard } from './guard.ts';
import { readable } from './log-line.ts';
import { chooseMetricsAddresses, type MetricsAddresses, targetGroups } from './metrics-targets.ts';
import { startNats } from './nats.ts';
import { startPostgres } from './postgres.ts';
import type { ManagedProcess } from './process.ts';
import { type Processes, processesOf } from './processes.ts';
import { type Reach, reachDirectly } from './reach.ts';
import { chooseEndpoints, type Surroundings, startService } from './service-process.ts';
import {
  callersOf,
  SANDBOX_CALLERS,
  SERVICES,
  type ServiceSpec,
  withReplicas,
} from './services.ts';
import {
  lockState,
  publishAddresses,
  publishTargets,
  resetState,
  type State,
  stateIn,
  withdrawAddresses,
} from './state.ts';
import { restartOnDeath } from './supervise.ts';

export interface StackOptions {
  /** The state folder; made when it is not there. */
  state: string;
  /** Which services, in an order in which they can start. All, unless given. */
  services?: readonly ServiceSpec[];
  /** How many processes of each service; one, unless given. */
  replicas?: (service: string) => number;
  /** Who gets a certificate besides the services. The sandbox's parties, unless given. */
  callers?: readonly Caller[];
  /** Added to the environment of every service, such as CAUSEWAY_PLANT. */
  env?: Record<string, string>;
  /**
   * Has each process show its metrics on a port of its own, which `metrics` and the file
   * `prometheus-targets.json` name. Not unless given: whoever measures nothing pays nothing.
   */
  metrics?: boolean;
  /** By which address each process reaches another: where that listens, unless given. */
  reach?: Reach;
  /** Says nothing about progress. */
  quiet?: boolean;
  /** Shows every service's log on stderr. */
  verbose?: boolean;
  /** Forgets everything an earlier stack kept in this folder, or in the databases. */
  reset?: boolean;
  /** Whether a commit waits for the disk. True, unless given. */
  durable?: boolean;
  /** Whether what the embedded Postgres writes is archived, for backups. False, unless given. */
  archive?: boolean;
  /** Starts a process again that dies. Otherwise a death is only reported. */
  restart?: boolean;
  /** Gives up starting. */
  signal?: AbortSignal;
}

/** A running stack. */
export interface Stack {
  /**
   * Service → `host:port`, or several of them between commas where it has replicas; `wallet_app` is
   * where apps of `wallet` go.
   */
  endpoints: Readonly<Record<string, string>>;
  /** Service → the URL of its database. */
  databases: Readonly<Record<string, string>>;
  natsUrl: string;
  /** Process → where its metrics are, `host:port`; empty where they were not asked for. */
  metrics: MetricsAddresses;
  /** The folder with `<caller>/{ca,cert,key}.pem`. */
  certs: string;
  /** The state folder. */
  state: string;
  processes: Processes;
  /** Processes that died unasked, with how. */
  deaths: readonly string[];
  /** Stops everything in reverse order. A second call waits for the first. */
  stop(): Promise<void>;
}

/** Starts everything, and answers when all services are ready; on a failure nothing stays up. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const state = stateIn(options.state);
  const release = lockState(state);
  const stack = new LocalStack(options, state, release);
  const giveUp = () => stack.giveUp();
  options.signal?.addEventListener('abort', giveUp);
  try {
    await stack.start();
    options.signal?.throwIfAborted();
    return stack;
  } catch (error) {
    await stack.stop();
    throw options.signal?.aborted ? options.signal.reason : error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

class LocalStack implements Stack {
  endpoints: Record<string, string> = {};
  readonly databases: Record<string, string> = {};
  readonly deaths: string[] = [];
  readonly processes: Processes;
  natsUrl = '';
  metrics: MetricsAddresses = {};
  readonly #options: StackOptions;
  readonly #services: readonly ServiceSpec[];
  readonly #state: State;
  readonly #release: () => void;
  readonly #guard = new Guard();
  readonly #running = new Map<string, ManagedProcess>();
  #stopping: Promise<void> | undefined;

  constructor(options: StackOptions, state: State, release: () => void) {
    this.#options = options;
    this.#services = withReplicas(options.services ?? SERVICES, options.replicas ?? (() => 1));
    this.#state = state;
    this.#release = release;
    this.processes = processesOf(this.#running);
  }

  get certs(): string {
    return this.#state.certs;
  }

  get state(): string {
    return this.#state.folder;
  }

  async start(): Promise<void> {
    if (this.#options.reset) await resetState(this.#state);
    const [serverUrl, natsUrl] = await allOf([
      this.#startPostgres(),
      this.#startNats(),
      this.#issueCertificates(),
    ]);
    this.natsUrl = natsUrl;
    await this.#createDatabases(serverUrl);
    await this.#startServices();
    publishAddresses(this.#state, this.endpoints, this.databases);
    if (this.#options.metrics) publishTargets(this.#state, targetGroups(this.metrics));
  }

  /** Ends whatever has been started, so that a start that waits for it fails at once. */
  giveUp(): void {
    this.#guard.close();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    withdrawAddresses(this.#state);
    // By the order in which they can start: by that of their readiness, a peer might go first.
    const order = ['postgres', 'nats', ...this.#services.map(({ name }) => name)];
    for (const name of order.reverse()) await this.#running.get(name)?.stop();
    this.#guard.close();
    this.#release();
  }

  async #startPostgres(): Promise<string> {
    const given = process.env.DATABASE_URL;
    if (given) return given;
    this.#say('starting Postgres…');
    const server = await startPostgres({
      folder: this.#state.postgres,
      logFile: join(this.#state.logs, 'postgres.log'),
      durable: this.#options.durable ?? true,
      archive: this.#options.archive ?? false,
      guard: this.#guard,
    });
    this.#keep(server.process);
    return server.url;
  }

  async #startNats(): Promise<string> {
    const given = process.env.NATS_URL;
    if (given) return given;
    this.#say('starting NATS…');
    const server = await startNats({
      folder: this.#state.nats,
      logFile: join(this.#state.logs, 'nats.log'),
      guard: this.#guard,
      say: (line) => this.#say(line),
    });
    this.#keep(server.process);
    return server.url;
  }

  async #issueCertificates(): Promise<void> {
    const others = this.#options.callers ?? SANDBOX_CALLERS;
    await issueCertificates(this.#state.certs, callersOf(this.#services, others));
  }

  async #createDatabases(serverUrl: string): Promise<void> {
    const owners = this.#services
      .filter(({ database, replicaOf }) => database && replicaOf === undefined)
      .map(({ name }) => name);
    const databaseOf = (owner: string) => `causeway_${owner.replaceAll('-', '_')}`;
    if (this.#options.reset) await dropDatabases(serverUrl, owners.map(databaseOf));
    await createDatabases(serverUrl, owners.map(databaseOf));
    for (const owner of owners) this.databases[owner] = databaseUrl(serverUrl, databaseOf(owner));
  }

  /** Each service starts as soon as its peers are ready. */
  async #startServices(): Promise<void> {
    this.endpoints = await chooseEndpoints(this.#services);
    if (this.#options.metrics) {
      this.metrics = await chooseMetricsAddresses(this.#services, this.endpoints);
    }
    const around: Surroundings = {
      state: this.#state,
      natsUrl: this.natsUrl,
      databases: this.databases,
      endpoints: this.endpoints,
      metrics: this.metrics,
      env: this.#options.env ?? {},
      reach: this.#options.reach ?? reachDirectly,
      guard: this.#guard,
      onLine: (service, line) => this.#show(service, line),
    };
    const started = new Map<string, Promise<void>>();
    for (const service of this.#services) {
      const peers = service.peers.map((peer) => started.get(peer));
      const start = async () => {
        await Promise.all(peers);
        this.#options.signal?.throwIfAborted();
        this.#say(`starting ${service.name}…`);
        this.#keep(await startService(service, around));
      };
      started.set(service.name, start());
    }
    await allOf([...started.values()]);
  }

  #keep(started: ManagedProcess): void {
    const { name } = started.spec;
    this.#running.set(name, started);
    restartOnDeath(started, {
      wanted: () => this.#options.restart === true && !this.#stopping && !this.#guard.closed,
      died: (how) => this.deaths.push(`${name} died: ${how}`),
      say: (line) => this.#say(line),
    });
  }

  #say(line: string): void {
    if (!this.#options.quiet) process.stderr.write(`causeway: ${line}\n`);
  }

  #show(service: string, line: string): void {
    if (!this.#options.verbose) return;
    process.stderr.write(`${readable(service, line, process.stderr.isTTY)}\n`);
  }
}

/** Waits for all, also when one fails: what starts late must be known, to be stopped. */
async function allOf<const T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return Promise.all(promises);
}
