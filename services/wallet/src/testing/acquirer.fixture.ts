import { type Agreement, AgreementState } from '@causeway/proto/acquiring';
import { Refusal, uuidFrom } from '@causeway/runtime';
import { type AskAcquiring, acquiringBy, type PayerClient } from '../acquiring.ts';
import { MERCHANT_ID } from './terms.fixture.ts';

/** What the acquirer was told of an agreement. */
interface Told {
  agreementId: string;
  state: AgreementState;
  version: bigint;
}

/** An acquirer in memory: it offers agreements and notes what it is told of them. */
export class TestAcquirer {
  readonly told: Told[] = [];
  /** The link that came with each of them. */
  readonly payloads: string[] = [];
  /** What it answers instead, while it is set. */
  failure: Error | undefined;
  readonly ask: AskAcquiring;
  readonly #offers = new Map<string, Agreement>();

  constructor() {
    const client: PayerClient = {
      scanCode: async ({ payload }) => this.#scanned(payload),
      reportAgreement: async (report) => this.#note(report),
      confirmPayment: () => Promise.reject(new Error('not asked for')),
      getPayerPayment: () => Promise.reject(new Error('not asked for')),
    };
    this.ask = acquiringBy(client);
  }

  /** Offers an agreement; its id and its payload follow from the name. */
  offer(name: string, change: Partial<Agreement> = {}): { agreementId: string; payload: string } {
    const agreementId = uuidFrom('agreement', name);
    this.#offers.set(name, {
      ...{ agreementId, state: AgreementState.OFFERED, description: 'Rides', issuerId: '' },
      merchant: {
        ...{ merchantId: MERCHANT_ID, storeId: '', terminalId: '', displayName: 'Harbour Rides' },
        ...{ countryCode: 'HK', city: 'Hong Kong', categoryCode: '4121' },
      },
      ...{ expireTime: undefined, createTime: undefined, updateTime: undefined },
      ...change,
    });
    return { agreementId, payload: name };
  }

  #scanned(payload: string) {
    if (this.failure !== undefined) throw this.failure;
    const offer = this.#offers.get(payload);
    if (offer === undefined) throw new Refusal('CODE_UNREADABLE', 'no code');
    const subject = { $case: 'agreement' as const, value: offer };
    return { merchant: offer.merchant, subject, paymentRequestId: '', quotes: [] };
  }

  #note({ agreementId, state, version, payload }: Told & { payload: string }) {
    if (this.failure !== undefined) throw this.failure;
    this.told.push({ agreementId, state, version });
    this.payloads.push(payload);
    return { agreement: undefined };
  }

  /** The latest that it was told of an agreement. */
  latest(agreementId: string): Told | undefined {
    return this.told.filter((told) => told.agreementId === agreementId).at(-1);
  }
}
