import { X509Certificate } from 'node:crypto';

/** When a certificate in PEM ends, in seconds since 1970; 0 for what is none, which fails soon enough. */
export function certificateEndOf(pem: Buffer): number {
  try {
    return Date.parse(new X509Certificate(pem).validTo) / 1_000;
  } catch {
    return 0;
  }
}
