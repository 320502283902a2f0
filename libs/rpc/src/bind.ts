import type { Server, ServerCredentials } from '@grpc/grpc-js';

/** Has a server listen on `host:port` and answers the port. Throws where it is taken. */
export function bind(
  server: Server,
  address: string,
  credentials: ServerCredentials,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(new Error(`cannot listen on ${address}`, { cause: error }));
    });
  });
}
