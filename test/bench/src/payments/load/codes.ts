import { CreatePaymentCodeRequest, WalletServiceService } from '@causeway/proto/wallet';
import { type Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { asIs } from './edges.ts';
import type { Order } from './order.ts';
import type { Plan, Planned } from './plan.ts';
import type { World } from './protocol.ts';
import { encodeRequest, Fields } from './wire.ts';

const CREATE_CODE = WalletServiceService.createPaymentCode.path;
const DEADLINE_MS = 10_000;
const metadata = new Metadata();

/** Makes payment codes as wallet operators' back ends do, and the requests that will use them. */
export class CodeMaker {
  readonly #world: World;
  readonly #client: Client;
  readonly #plan: Plan;
  readonly #partners: readonly string[];
  #made = 0;

  constructor(world: World, client: Client, plan: Plan, partners: readonly string[]) {
    this.#world = world;
    this.#client = client;
    this.#plan = plan;
    this.#partners = partners;
  }

  /** Draws a payment, has a code made for it and answers it, ready to be sent. */
  async make(): Promise<Order> {
    const planned = this.#plan.next();
    const walletId = this.#world.walletIds[planned.wallet] ?? '';
    const { code, expiresAtMs } = readCode(await this.#createCode(walletId));
    this.#made += 1;
    return this.#order(this.#made, planned, code, expiresAtMs);
  }

  #order(number: number, planned: Planned, code: string, expiresAtMs: number): Order {
    const { place, wallet, payeeMinor } = planned;
    return {
      ...{ number, wallet, payeeMinor, expiresAtMs },
      partner: this.#partners.indexOf(place.partnerId),
      message: encodeRequest({
        paymentRequestId: `${this.#world.run}-${number}`,
        paymentCode: code,
        merchantId: place.merchantId,
        storeId: place.storeId,
        terminalId: place.terminalIds[number % place.terminalIds.length] ?? '',
        payeeAmount: { currencyCode: place.currencyCode, amountMinor: payeeMinor },
        orderDescription: '',
        agreementId: '',
      }),
      begunMs: 0,
    };
  }

  #createCode(walletId: string): Promise<Buffer> {
    const request = CreatePaymentCodeRequest.encode({ walletId, ttlSeconds: 0 }).finish();
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        CREATE_CODE,
        asIs,
        asIs,
        Buffer.from(request.buffer, request.byteOffset, request.length),
        metadata,
        { deadline: Date.now() + DEADLINE_MS },
        (error: ServiceError | null, bytes?: Buffer) => {
          if (bytes !== undefined) resolve(bytes);
          else reject(error);
        },
      );
    });
  }
}

/** The code and its end; the board that comes with it is for the payer's eyes. */
function readCode(bytes: Buffer): { code: string; expiresAtMs: number } {
  const fields = new Fields().over(bytes);
  let code = '';
  let expiresAtMs = 0;
  while (fields.next() && fields.field <= 2) {
    const { start, end } = fields.part();
    if (fields.field === 1) code = bytes.toString('latin1', start, end);
    else expiresAtMs = secondsIn(bytes, start, end) * 1_000;
  }
  return { code, expiresAtMs };
}

/** Of a Timestamp; the fraction of a second makes no difference here. */
function secondsIn(bytes: Buffer, start: number, end: number): number {
  const time = new Fields().over(bytes, start, end);
  return time.next() && time.field === 1 ? Number(time.big()) : 0;
}
