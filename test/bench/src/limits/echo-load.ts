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
  /** Whose certificate is shown. */
  caller: string;
}

const { clock } = systemRuntime({ service: 'bench', logLevel: 'fatal' });
const open = new Map<string, Client>();

/**
 * Calls the echo with the bytes of a payment request. All calls share one connection, which costs
 * least: answers that are ready together travel together.
 */
export async function loadEcho(load: EchoLoad): Promise<Looped> {
  const { address, certs, caller } = load;
  const client = open.get(address) ?? connection(address, certs, caller);
  open.set(address, client);
  const { perSecond, latency } = await closedLoop(clock, load.inFlight, load.seconds, async () => {
    await call(client);
    return 1;
  });
  return { perSecond, latency: latency.toData() };
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
    agreementId: '',
  }),
);
