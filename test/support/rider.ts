import type { Caller } from '@causeway/callers';
import type { TransitTap, UploadTapsResponse } from '@causeway/proto/acquiring';
import { TransitAlgorithm, type TransitGrant } from '@causeway/proto/wallet';
import { type Algorithm, Phone, type PhoneClock } from '@causeway/transit';
import { nodeCryptography } from '@causeway/transit/node';
import { insist } from './insist.ts';
import type { Payer } from './payer.ts';
import type { World } from './world.ts';

/** Somebody with a grant on a phone that needs no network any more. */
interface Rider {
  payer: Payer;
  phone: Phone;
  grant: TransitGrant;
  /** A fresh code as taps hold it. Throws where the phone makes none. */
  code(): Promise<Uint8Array>;
  /** The same as it is shown. */
  text(): Promise<string>;
}

const cryptography = nodeCryptography();

/** What a rider's phone is like. */
interface RiderOptions {
  algorithm?: Algorithm;
  clock?: PhoneClock;
}

/** The phone's clock, right to the millisecond. */
const RIGHT_CLOCK: PhoneClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** Asks for a grant, online, and puts it on a phone. */
export async function openRider(
  world: World,
  payer: Payer,
  { algorithm = 'EdDSA', clock = RIGHT_CLOCK }: RiderOptions = {},
): Promise<Rider> {
  const { publicKey, privateKey } = await cryptography.generate(algorithm);
  const request = {
    walletId: payer.walletId,
    requestId: world.id('grant'),
    algorithm: algorithm === 'ES256' ? TransitAlgorithm.ES256 : TransitAlgorithm.EDDSA,
    userKey: Buffer.from(publicKey.bytes),
  };
  const { grant, signedGrant } = await insist(() => payer.app.grants.issueTransitGrant(request));
  if (grant === undefined) throw new Error('an answer without a grant');
  const signer = await cryptography.signer(publicKey, privateKey);
  const phone = new Phone({ signer, clock });
  await phone.accept(new Uint8Array(signedGrant));
  const made = async () => {
    const code = await phone.code();
    if (!code.ok) throw new Error(`the phone makes no code: ${code.reason}`);
    return code;
  };
  return {
    ...{ payer, phone, grant },
    code: async () => (await made()).bytes,
    text: async () => (await made()).text,
  };
}

/** Uploads taps in one stream; answers what became of each, in their order. */
export async function uploaded(
  operator: Caller,
  taps: readonly TransitTap[],
): Promise<(UploadTapsResponse | undefined)[]> {
  async function* requests() {
    for (const tap of taps) yield { tap };
  }
  const answers: UploadTapsResponse[] = [];
  for await (const answer of operator.transit.uploadTaps(requests())) answers.push(answer);
  return taps.map(({ gateId, sequence }) =>
    answers.find((answer) => answer.gateId === gateId && answer.sequence === sequence),
  );
}
