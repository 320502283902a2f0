import { DESCRIPTOR_SET } from '@causeway/proto/descriptors';
import {
  type Server,
  type ServerDuplexStream,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { asIs } from './wire.ts';

const VERSIONS = ['v1', 'v1alpha'];

type Bytes = ServerDuplexStream<Buffer, Buffer>;

/** Answers one stream of reflection requests. */
type Reflect = (stream: Bytes) => void;

/** Servers of one process that serve the same share what took seconds to index. */
const indexed = new Map<string, Promise<ReadonlyMap<string, Reflect>>>();

/**
 * Lets tools ask this server for its API. Most processes are never asked, and indexing the
 * descriptors takes longer than everything else at a start: so it waits for the first question.
 */
export function addReflection(server: Server, paths: readonly string[]): void {
  const services = [...new Set(paths.map((path) => path.split('/')[1] ?? ''))];
  const key = services.join();
  for (const version of VERSIONS) {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const answer = async (stream: Bytes) => {
      stream.pause();
      const loaded = indexed.get(key) ?? load(services);
      indexed.set(key, loaded);
      const reflect = (await loaded).get(path);
      reflect?.(stream);
      stream.resume();
    };
    server.register<Buffer, Buffer>(path, answer, asIs, asIs, 'bidi');
  }
}

async function load(services: string[]): Promise<ReadonlyMap<string, Reflect>> {
  const { ReflectionService } = await import('@grpc/reflection');
  const { loadFileDescriptorSetFromBuffer } = await import('@grpc/proto-loader');
  const byPath = new Map<string, Reflect>();
  // The library adds itself to a server; this one keeps what it is given for later.
  const collector = {
    addService(definition: ServiceDefinition, implementation: UntypedServiceImplementation) {
      for (const [name, method] of Object.entries(definition)) {
        const handle = implementation[name] as ((stream: unknown) => void) | undefined;
        if (handle !== undefined)
          byPath.set(method.path, (stream) => handle(typed(stream, method)));
      }
    },
  };
  const description = loadFileDescriptorSetFromBuffer(DESCRIPTOR_SET);
  new ReflectionService(description, { services }).addToServer(collector as unknown as Server);
  return byPath;
}

/** The stream as the library expects it, with messages instead of bytes. */
function typed(stream: Bytes, method: ServiceDefinition[string]) {
  const take = (bytes: Buffer, listener: (message: unknown) => void) => {
    try {
      listener(method.requestDeserialize(bytes));
    } catch {
      // Anybody may send anything here, and what an event's listener throws ends the process.
      stream.removeAllListeners('data');
      stream.emit('error', {
        code: status.INVALID_ARGUMENT,
        details: 'the request cannot be decoded',
      });
    }
  };
  return {
    on(event: string, listener: (value?: unknown) => void) {
      if (event !== 'data') stream.on(event, listener);
      else stream.on('data', (bytes: Buffer) => take(bytes, listener));
    },
    write: (message: unknown) => stream.write(method.responseSerialize(message)),
    end: () => stream.end(),
  };
}
