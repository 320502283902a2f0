import { grantFor, issuerKey, NOW, signerOf } from '../code/code.fixture.ts';
import type { Grant } from '../grant/grant.ts';
import { signGrant } from '../grant/sign.ts';
import { MemoryDisk } from '../journal/journal.fixture.ts';
import type { JournalFile } from '../journal/journal.ts';
import { nodeCryptography } from '../node/cryptography.ts';
import { Phone } from '../phone/phone.ts';
import { TrustBundle } from '../trust/bundle.ts';
import { publishUpdate } from '../trust/update.ts';
import { Gate, type GateOptions } from './gate.ts';

/** Signs grants in the gates' tests. */
export const ISSUER = signerOf('EdDSA', 1);
/** Signs trust bundles in them. */
export const ROOT = { keyId: 'r1', signer: signerOf('EdDSA', 40) };
/** What gates believe in them. */
export const { bundle: TRUST } = await publishUpdate(
  TrustBundle.anchored([{ keyId: 'r1', publicKey: ROOT.signer.publicKey }]),
  [{ kind: 'key', key: issuerKey(ISSUER.publicKey) }],
  NOW - 60,
  ROOT,
  nodeCryptography(),
);

/** The true time, which tests move, and clocks that differ from it. */
export class World {
  nowMs = NOW * 1000;

  pass(seconds: number): void {
    this.nowMs += seconds * 1000;
  }

  clock(offSeconds = 0, setAtMs?: number) {
    return {
      nowMs: () => this.nowMs + offSeconds * 1000,
      monotonicMs: () => this.nowMs,
      setAtMs,
    };
  }

  /** A phone with a grant of its own. */
  async phone(number: number, change: Partial<Grant> = {}, offSeconds = 0): Promise<Phone> {
    const signer = signerOf('EdDSA', 100 + number);
    const phone = new Phone({ signer, clock: this.clock(offSeconds) });
    const grantId = new Uint8Array(16).fill(number);
    const person = { grantId, subject: `rider-${String(number).padStart(4, '0')}` };
    const grant = grantFor(signer.publicKey, { ...person, ...change });
    await phone.accept((await signGrant(grant, 'k1', ISSUER)).bytes);
    return phone;
  }

  /** A minibus gate that was set right when it was switched on. */
  async gate(file: JournalFile = new MemoryDisk(), change: Partial<GateOptions> = {}) {
    const opened = await Gate.open({
      ...{ operatorId: 'bus', gateId: 'g1', scene: 'minibus', trust: TRUST, file },
      clock: this.clock(0, this.nowMs),
      timers: { after: () => () => {} },
      cryptography: nodeCryptography(),
      ...change,
    });
    return opened.gate;
  }
}

/** A flat fare on a minibus. */
export const RIDE = { kind: 'flat', currencyCode: 'HKD', fareMinor: 780n, routeId: 'm1' } as const;

/** The text of a phone's next code. Throws where it has none. */
export async function next(phone: Phone): Promise<string> {
  const code = await phone.code();
  if (!code.ok) throw new Error(code.reason);
  return code.text;
}
