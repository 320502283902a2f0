import { ChannelCredentials, Client } from '@grpc/grpc-js';

const asIs = (bytes: Buffer) => bytes;
const DEADLINE_MS = 2_000;

/** What a server answers about the health of one of its services. */
export type Health = 'SERVING' | 'NOT_SERVING' | 'no answer';

/** Asks as a kubelet does: by gRPC without TLS. */
export function askHealth(address: string, service: string): Promise<Health> {
  const client = new Client(address, ChannelCredentials.createInsecure());
  const request = Buffer.concat([Buffer.from([10, service.length]), Buffer.from(service)]);
  return new Promise<Health>((resolve) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      asIs,
      asIs,
      request,
      { deadline: Date.now() + DEADLINE_MS },
      (error, response) => {
        if (error !== null || response === undefined) resolve('no answer');
        else resolve(response[1] === 1 ? 'SERVING' : 'NOT_SERVING');
      },
    );
  }).finally(() => client.close());
}
