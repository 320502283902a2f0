import { join } from 'node:path';
import { BadRequest, ErrorInfo, RetryInfo, Status } from '@causeway/proto/google';
import { readTls, type TlsFiles } from '@causeway/rpc';
import {
  ChannelCredentials,
  type ClientDuplexStream,
  Client as GrpcClient,
  Metadata,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import type { World } from './world.ts';

/** A call as it goes over the wire, with no client of ours in between. */
export interface Knock {
  /** Whose certificate is shown, or which; none where a token is to do. */
  as: string | TlsFiles;
  /** The name of the endpoint in `endpoints.json`. */
  at: string;
  /** For example `/causeway.fx.v1.FxService/GetRate`. */
  path: string;
  /** The request message; an empty one unless given. */
  bytes?: Uint8Array;
  /** Sent as it is in `authorization`. */
  authorization?: string;
}

/** What came back, as on the wire. */
export interface WireAnswer {
  /** The name of the gRPC status code; `OK` as soon as a response message has come. */
  code: string;
  /** Of ErrorInfo; empty where there is none. */
  reason: string;
  /** The fields that BadRequest names. */
  fields: string[];
  message: string;
  /** Of RetryInfo. */
  retryAfterMs: number | undefined;
  /** The first response message. */
  response: Buffer | undefined;
}

const TIMEOUT_MS = 10_000;
const asIs = (bytes: Buffer) => bytes;

/** Makes calls from bytes, until it is closed. */
export interface Knocker {
  (knock: Knock): Promise<WireAnswer>;
  close(): void;
}

/**
 * Answers a function that makes calls from bytes, of unary and of streaming methods alike: on
 * the wire a unary call is a stream of one message each way.
 */
export function openKnocker(world: World): Knocker {
  const clients = new Map<string | TlsFiles, Map<string, GrpcClient>>();
  const clientFor = ({ as, at }: Knock): GrpcClient => {
    const ofCaller = clients.get(as) ?? new Map<string, GrpcClient>();
    clients.set(as, ofCaller);
    const client = ofCaller.get(at) ?? openClient(world, as, at);
    ofCaller.set(at, client);
    return client;
  };
  const close = () => {
    for (const client of [...clients.values()].flatMap((each) => [...each.values()])) {
      client.close();
    }
  };
  return Object.assign((knock: Knock) => send(clientFor(knock), knock), { close });
}

function openClient(world: World, as: string | TlsFiles, at: string): GrpcClient {
  const { ca, key, cert } = typeof as === 'string' ? readTls(join(world.stack.certs, as)) : as;
  const credentials = ChannelCredentials.createSsl(ca, key ?? null, cert ?? null);
  const options = {
    'grpc.max_send_message_length': -1,
    'grpc.enable_retries': 0,
    // Certificates name it too, and TLS has no server name that is an address.
    'grpc.ssl_target_name_override': 'localhost',
  };
  // Any of its replicas answers alike.
  const [address = ''] = (world.stack.endpoints[at] ?? '').split(',');
  return new GrpcClient(address, credentials, options);
}

function send(client: GrpcClient, { path, bytes, authorization }: Knock): Promise<WireAnswer> {
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  const options = { deadline: Date.now() + TIMEOUT_MS };
  return new Promise((resolve) => {
    const stream: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(
      path,
      asIs,
      asIs,
      metadata,
      options,
    );
    let response: Buffer | undefined;
    stream.on('data', (message: Buffer) => {
      response ??= message;
      // A watch would go on for ever.
      stream.cancel();
    });
    stream.on('error', () => {});
    stream.on('status', (ended: StatusObject) => {
      resolve(response === undefined ? answerOf(ended) : { ...SUCCESS, response });
    });
    stream.write(Buffer.from(bytes ?? []));
    stream.end();
  });
}

const SUCCESS = { code: 'OK', reason: '', fields: [], message: '', retryAfterMs: undefined };

function answerOf({ code, details: message, metadata }: StatusObject): WireAnswer {
  const [encoded] = metadata.get('grpc-status-details-bin');
  const details = Buffer.isBuffer(encoded) ? Status.decode(encoded).details : [];
  const find = <T>(name: string, decode: (bytes: Uint8Array) => T): T | undefined => {
    const found = details.find(({ typeUrl }) => typeUrl.endsWith(`/google.rpc.${name}`));
    return found === undefined ? undefined : decode(found.value);
  };
  const violations = find('BadRequest', BadRequest.decode)?.fieldViolations ?? [];
  const delay = find('RetryInfo', RetryInfo.decode)?.retryDelay;
  return {
    code: status[code] ?? String(code),
    reason: find('ErrorInfo', ErrorInfo.decode)?.reason ?? '',
    fields: violations.map(({ field }) => field),
    message,
    retryAfterMs: delay && Number(delay.seconds) * 1_000 + delay.nanos / 1e6,
    response: undefined,
  };
}
