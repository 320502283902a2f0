import { join } from 'node:path';
import { readTls } from '@causeway/rpc';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { answerCommands } from '../measure/helper.ts';
import { ECHO_PATH } from './echo-load.ts';

const asIs = (bytes: Buffer) => bytes;

/** Answers every call with the bytes that it brought: the least that a gRPC server can do. */
async function serve({ certs, as }: { certs: string; as: string }): Promise<number> {
  const { ca, cert, key } = readTls(join(certs, as));
  const server = new Server();
  server.register<Buffer, Buffer>(
    ECHO_PATH,
    (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
      callback(null, call.request),
    asIs,
    asIs,
    'unary',
  );
  const credentials = ServerCredentials.createSsl(
    ca,
    [{ private_key: key, cert_chain: cert }],
    true,
  );
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

answerCommands({ serve });
