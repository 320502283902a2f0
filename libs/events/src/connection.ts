import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backoffMs, type Runtime, Secret, Trouble } from '@causeway/runtime';
import {
  connect,
  type Deferred,
  deferred,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';

export interface NatsOptions {
  /** One `nats://user:password@host:port`, or several with commas; the first one's user counts. */
  url: Secret<string> | string;
  /** The folder with ca.pem, cert.pem and key.pem, for servers that want a client certificate. */
  tlsDir?: string | undefined;
  runtime: Runtime;
}

/** A connection to NATS that comes up by itself and comes back by itself. */
export interface Nats {
  /** The connection, as soon as a server is connected. Rejects if `close` is called before. */
  connection(): Promise<NatsConnection>;
  /** Whether a server is connected now. */
  readonly connected: boolean;
  /** How often a server was connected: after a change its storage may be another one. */
  readonly connects: number;
  /** Sends what was written and closes. A second call does nothing. */
  close(): Promise<void>;
}

const CONNECT_PAUSE = { firstMs: 100, maxMs: 2_000 };

/**
 * Connects in the background and never gives up: a service starts and serves while NATS is down,
 * since Postgres is the truth and NATS only delivers.
 */
export function connectNats(options: NatsOptions): Nats {
  return new BackgroundNats(options);
}

class BackgroundNats implements Nats {
  readonly #options: NatsOptions;
  readonly #stopping = new AbortController();
  readonly #first: Promise<NatsConnection>;
  #waiting: Deferred<NatsConnection> | undefined;
  connected = false;
  connects = 0;

  constructor(options: NatsOptions) {
    this.#options = options;
    this.#first = this.#connect();
    // Nobody may be waiting when it is closed before it was connected.
    this.#first.catch(() => {});
  }

  async connection(): Promise<NatsConnection> {
    const connection = await this.#first;
    if (this.connected) return connection;
    this.#stopping.signal.throwIfAborted();
    // A request written while no server is connected would only run into its timeout.
    this.#waiting ??= deferred<NatsConnection>();
    return this.#waiting;
  }

  async close(): Promise<void> {
    const reason = new Error('NATS is closed');
    this.#stopping.abort(reason);
    this.#waiting?.reject(reason);
    const connection = await this.#first.catch(() => undefined);
    if (connection === undefined || connection.isClosed()) return;
    if (this.connected) await connection.flush().catch(() => {});
    await connection.close();
  }

  async #connect(): Promise<NatsConnection> {
    const { runtime } = this.#options;
    const unreached = new Trouble(runtime, 'NATS cannot be reached');
    for (let attempt = 1; ; attempt += 1) {
      this.#stopping.signal.throwIfAborted();
      try {
        const connection = await connect(connectionOptions(this.#options));
        this.connected = true;
        this.connects = 1;
        unreached.passed();
        void this.#watch(connection);
        return connection;
      } catch (err) {
        unreached.failed({ err });
      }
      const pauseMs = backoffMs(CONNECT_PAUSE, attempt, runtime.random);
      await runtime.timers.sleep(pauseMs, this.#stopping.signal);
    }
  }

  async #watch(connection: NatsConnection): Promise<void> {
    const { log } = this.#options.runtime;
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') {
        this.connected = false;
        log.warn('NATS is disconnected');
      } else if (type === 'reconnect') {
        this.connected = true;
        this.connects += 1;
        this.#waiting?.resolve(connection);
        this.#waiting = undefined;
        log.info('NATS is connected again');
      }
    }
    this.connected = false;
  }
}

function connectionOptions(options: NatsOptions): NodeConnectionOptions {
  const { url, tlsDir, runtime } = options;
  const text = url instanceof Secret ? url.reveal() : url;
  const servers = text.split(',').map((one) => new URL(one.trim()));
  const [first] = servers;
  const user = first?.username && {
    user: decodeURIComponent(first.username),
    pass: decodeURIComponent(first.password),
  };
  return {
    servers: servers.map((server) => server.host),
    ...user,
    ...(tlsDir && { tls: readTls(tlsDir) }),
    name: runtime.service,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    // A server that restarts with other users must not end the connection for good.
    ignoreAuthErrorAbort: true,
    timeout: 5_000,
    // Finds a server that hangs within 20 seconds; one that closes is noticed at once.
    pingInterval: 10_000,
    noAsyncTraces: true,
  };
}

// Read here and not by the client, whose own reading fails late and without the file's name.
function readTls(folder: string) {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) =>
    readFileSync(join(folder, `${name}.pem`), 'utf8'),
  ) as [string, string, string];
  return { ca, cert, key };
}
