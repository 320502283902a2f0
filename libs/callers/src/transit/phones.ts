import { TransitAlgorithm, type TransitGrant } from '@causeway/proto/wallet';
import type { Clock } from '@causeway/runtime';
import {
  type Algorithm,
  type CodeStatement,
  Phone,
  type PhoneClock,
  signCode,
} from '@causeway/transit';
import { nodeCryptography } from '@causeway/transit/node';
import type { WalletApp } from '../callers.ts';

const cryptography = nodeCryptography();

/** A phone with a grant on it, which needs no network any more. */
export interface GrantedPhone {
  phone: Phone;
  grant: TransitGrant;
  /** A fresh code as it is shown. Throws where the phone makes none. */
  text(): Promise<string>;
  /** A code that the phone itself would never make: whoever has its key can, and so can a test. */
  forged(statement: CodeStatement): Promise<Uint8Array>;
}

/** What a phone is like. */
export interface PhoneOptions {
  requestId: string;
  clock: PhoneClock | Clock;
  algorithm?: Algorithm;
}

/** Makes a key, asks for a grant with it while there is a network, and keeps both on a phone. */
export async function grantedPhone(
  { walletId, grants }: WalletApp,
  { requestId, clock, algorithm = 'EdDSA' }: PhoneOptions,
): Promise<GrantedPhone> {
  const { publicKey, privateKey } = await cryptography.generate(algorithm);
  const { grant, signedGrant, issuerTime } = await grants.issueTransitGrant({
    ...{ walletId, requestId, userKey: Buffer.from(publicKey.bytes) },
    algorithm: algorithm === 'ES256' ? TransitAlgorithm.ES256 : TransitAlgorithm.EDDSA,
  });
  if (grant === undefined) throw new Error('an answer without a grant');
  const signer = await cryptography.signer(publicKey, privateKey);
  const phone = new Phone({
    signer,
    clock: { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs() },
  });
  await phone.accept(new Uint8Array(signedGrant), issuerTime?.getTime());
  return {
    ...{ phone, grant },
    async text() {
      const code = await phone.code();
      if (!code.ok) throw new Error(`the phone makes no code: ${code.reason}`);
      return code.text;
    },
    forged: (statement) => signCode(statement, new Uint8Array(signedGrant), signer),
  };
}
