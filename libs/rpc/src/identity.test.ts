import type { PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { identityOfCertificate } from './identity.ts';

let serial = 0;

/** The identity behind a subjectAltName, on a certificate that was never seen before. */
function identityOf(subjectaltname: string | undefined) {
  serial += 1;
  const certificate = { fingerprint256: `AA:${serial}`, subjectaltname };
  return identityOfCertificate(certificate as PeerCertificate);
}

describe('identityOfCertificate', () => {
  it('reads the one URI that names a caller', () => {
    expect(
      identityOf('URI:spiffe://causeway/service/fx, DNS:localhost, IP Address:127.0.0.1'),
    ).toEqual({ kind: 'service', id: 'fx' });
    expect(identityOf('DNS:acq, URI:spiffe://causeway/partner/acq-sg')).toEqual({
      kind: 'partner',
      id: 'acq-sg',
    });
  });

  it.each([
    undefined,
    '',
    'DNS:localhost',
    'URI:spiffe://elsewhere/service/fx',
    'URI:spiffe://causeway/wallet/w-1',
    'URI:spiffe://causeway/root/fx',
    'URI:spiffe://causeway/service/',
    'URI:spiffe://causeway/service/fx/more',
    'URI:spiffe://causeway/service/fx, URI:spiffe://causeway/operator/ops',
    'DNS:"URI:spiffe://causeway/service/fx"',
  ])('finds nobody in %j', (subjectAltName) => {
    expect(identityOf(subjectAltName)).toBeUndefined();
  });
});
