import { ConnectorServiceService } from '@causeway/proto/connector';
import { implement, type RpcServer, serve, type TlsFiles } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';
import type { FakePartner } from './partner.fixture.ts';

/** What a partner's server does otherwise than the partner behind it would. */
type Misbehaviour = Partial<Parameters<typeof implement<typeof ConnectorServiceService>>[1]>;

/** A partner's connector as a real server, which may misbehave; `garbled` answers in no protobuf. */
export function servePartner(
  runtime: Runtime,
  tls: Required<TlsFiles>,
  partner: FakePartner,
  { garbled, ...instead }: Misbehaviour & { garbled?: 'confirmPayment' | undefined } = {},
): Promise<RpcServer> {
  const service = { ...ConnectorServiceService };
  if (garbled) {
    // A field that claims to be longer than the message.
    const responseSerialize = () => Buffer.from([0x0a, 0x7f, 0x00]);
    service[garbled] = { ...service[garbled], responseSerialize };
  }
  const { client } = partner;
  const handlers = {
    confirmPayment: (request: Parameters<typeof client.confirmPayment>[0]) =>
      client.confirmPayment(request),
    getPayment: (request: Parameters<typeof client.getPayment>[0]) => client.getPayment(request),
    reversePayment: (request: Parameters<typeof client.reversePayment>[0]) =>
      client.reversePayment(request),
    refundPayment: (request: Parameters<typeof client.refundPayment>[0]) =>
      client.refundPayment(request),
    ...instead,
  };
  return serve({
    ...{ runtime, tls, host: '127.0.0.1', port: 0, reasons: {}, drainTimeoutMs: 0 },
    services: [implement(service, handlers)],
  });
}
