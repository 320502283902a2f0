import { BinaryReader } from '@bufbuild/protobuf/wire';
import { Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import { bind } from './bind.ts';
import { asIs } from './wire.ts';

/** `grpc.health.v1.HealthCheckResponse` with its one field, an enum, already encoded. */
const SERVING = Buffer.from([8, 1]);
const NOT_SERVING = Buffer.from([8, 2]);
const SERVICE_UNKNOWN = Buffer.from([8, 3]);

/** Asked about this, a server answers SERVING for as long as it answers: even while it drains. */
const LIVENESS = 'liveness';

type Watcher = ServerWritableStream<Buffer, Buffer>;

/**
 * The standard health service, for anybody whom the listener lets in. Every service of a server
 * is as healthy as the server; none of it depends on a database or a peer, whose absence no
 * restart mends. Written here, since the library for it takes longer to load than a service does
 * to start.
 */
export class Health {
  readonly #services: ReadonlySet<string>;
  readonly #watchers = new Set<Watcher>();
  #serving = true;

  constructor(paths: readonly string[]) {
    this.#services = new Set(['', ...paths.map((path) => path.split('/')[1] ?? '')]);
  }

  /** Has this server answer for health. */
  addTo(server: Server): void {
    server.register<Buffer, Buffer>(
      '/grpc.health.v1.Health/Check',
      ({ request }: { request: Buffer }, callback: CheckCallback) => {
        const answer = this.#statusOf(request);
        if (answer !== SERVICE_UNKNOWN) callback(null, answer);
        else callback({ code: status.NOT_FOUND, details: 'there is no such service' });
      },
      asIs,
      asIs,
      'unary',
    );
    server.register<Buffer, Buffer>(
      '/grpc.health.v1.Health/Watch',
      (stream: Watcher) => {
        this.#watchers.add(stream);
        stream.on('cancelled', () => this.#watchers.delete(stream));
        stream.write(this.#statusOf(stream.request));
      },
      asIs,
      asIs,
      'serverStream',
    );
  }

  /** From now on this server says that it takes no calls. */
  drain(): void {
    this.#serving = false;
    for (const stream of this.#watchers) {
      stream.write(this.#statusOf(stream.request));
      stream.end();
    }
  }

  #statusOf(request: Buffer): Buffer {
    const service = serviceOf(request);
    if (service === LIVENESS) return SERVING;
    if (!this.#services.has(service)) return SERVICE_UNKNOWN;
    return this.#serving ? SERVING : NOT_SERVING;
  }
}

/** A port that answers for health and nothing else. */
export interface HealthListener {
  readonly port: number;
  close(): void;
}

/**
 * Answers for health without TLS: a kubelet's probe has no certificate to show. It tells whether
 * a process serves, and nothing of what it serves. Throws where the port is taken.
 */
export async function listenForProbes(health: Health, address: string): Promise<HealthListener> {
  const server = new Server();
  health.addTo(server);
  const port = await bind(server, address, ServerCredentials.createInsecure());
  return { port, close: () => server.forceShutdown() };
}

type CheckCallback = (
  error: { code: status; details: string } | null,
  response?: Buffer | null,
) => void;

/** The one field of `grpc.health.v1.HealthCheckRequest`. */
function serviceOf(request: Buffer): string {
  const reader = new BinaryReader(request);
  let service = '';
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) service = reader.string();
    else reader.skip(wireType);
  }
  return service;
}
