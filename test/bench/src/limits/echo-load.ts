import { systemRuntime } from '@causeway/runtime';
import type { Client } from '@grpc/grpc-js';
import { closedLoop, type Loop, type Looped } from '../measure/closed-loop.ts';
import { asIs, connection } from '../payments/load/edges.ts';
import { encodeRequest, unaryPart } from '../payments/load/wire.ts';

export const ECHO_PATH = '/causeway.bench.Echo/Echo';
const DEADLINE_MS = 10_000;

/** Where the echo is, and who calls it. */
export interface EchoLoad extends Loop {
  address: string;
  certs: string;
  /** Each has a connection of its own, as the partners have in the payments part. */
  callers: readonly string[];
}

const { clock } = systemRuntime({ service: 'bench', logLevel: 'fatal' });
const open = new Map<string, Client[]>();

/** Calls the echo over the connections in turn, with the bytes of a payment request. */
export async function loadEcho(load: EchoLoad): Promise<Looped> {
  const clients = open.get(load.address) ?? connect(load);
  open.set(load.address, clients);
  const { perSecond, latency } = await closedLoop(clock, load.inFlight, load.seconds, async (n) => {
    const client = clients[n % clients.length];
    if (client !== undefined) await call(client);
    return 1;
  });
  return { perSecond, latency: latency.toData() };
}

function connect({ address, certs, callers }: EchoLoad): Client[] {
  return callers.map((caller) => connection(address, certs, caller));
}

function call(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + DEADLINE_MS };
    client.makeUnaryRequest(ECHO_PATH, asIs, asIs, REQUEST, options, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

const UUID = '00000000-0000-8000-8000-000000000000';

/** A payment request with every field that the payments part fills. */
const REQUEST = unaryPart(
  encodeRequest({
    paymentRequestId: 'bench-00000000-000000',
    paymentCode: '852101020012345678901234',
    merchantId: UUID,
    storeId: UUID,
    terminalId: UUID,
    payeeAmount: { currencyCode: 'JPY', amountMinor: 1_280n },
    orderDescription: '',
  }),
);
