import 'reflect-metadata';
import { createPrivateKey, randomBytes, type webcrypto, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

/** Somebody who presents a certificate: its URI is `spiffe://causeway/<kind>/<id>`. */
export interface Caller {
  kind: 'partner' | 'service' | 'operator' | 'issuer';
  id: string;
  /** The host names that it serves under, besides localhost. */
  names?: readonly string[];
}

interface Issued {
  certificate: x509.X509Certificate;
  keys: webcrypto.CryptoKeyPair;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
const LEAF_DAYS = 90;
/** What is valid for less is made anew at the next start. */
const RENEW_BEFORE_DAYS = 30;
/** Other clocks may be a little behind. */
const BACKDATED_MS = 300_000;

/**
 * Makes `<folder>/<id>/{ca,cert,key}.pem` for each caller, signed by an authority of this
 * folder's own, and keeps what is there and still good. Ids must differ across kinds too.
 */
export async function issueCertificates(folder: string, callers: readonly Caller[]): Promise<void> {
  const ids = callers.map((caller) => caller.id);
  if (new Set([...ids, 'authority']).size !== ids.length + 1) {
    throw new Error(`two callers would share a folder of certificates: ${ids.sort().join(', ')}`);
  }
  const authority = await keptAuthority(join(folder, 'authority'));
  for (const caller of callers) await keepLeaf(join(folder, caller.id), caller, authority);
}

/** The URI by which a caller is known. */
export function uriOf(caller: Caller): string {
  return `spiffe://causeway/${caller.kind}/${caller.id}`;
}

async function keptAuthority(folder: string): Promise<Issued> {
  if (!isGood(folder, undefined)) {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=Causeway local authority',
      ...terms(AUTHORITY_DAYS),
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    await write(folder, { certificate, keys }, certificate);
  }
  const certificate = new x509.X509Certificate(readFileSync(join(folder, 'cert.pem'), 'utf8'));
  const privateKey = await importKey(readFileSync(join(folder, 'key.pem'), 'utf8'));
  return { certificate, keys: { privateKey, publicKey: await certificate.publicKey.export() } };
}

async function keepLeaf(folder: string, caller: Caller, authority: Issued): Promise<void> {
  if (isGood(folder, { caller, authority: authority.certificate })) return;
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${caller.id}`,
    issuer: authority.certificate.subject,
    ...terms(LEAF_DAYS),
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'url', value: uriOf(caller) },
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        ...(caller.names ?? []).map((value) => ({ type: 'dns' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
    ],
  });
  await write(folder, { certificate, keys }, authority.certificate);
}

/** Whether a folder's certificate is its key's, lasts a while, and, of a leaf, says what it should. */
function isGood(
  folder: string,
  leaf: { caller: Caller; authority: x509.X509Certificate } | undefined,
): boolean {
  const files = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => join(folder, name));
  if (!files.every((path) => existsSync(path))) return false;
  const [ca, cert, key] = files.map((path) => readFileSync(path)) as [Buffer, Buffer, Buffer];
  const certificate = new X509Certificate(cert);
  const lastsUntilMs = Date.parse(certificate.validTo);
  if (lastsUntilMs - Date.now() < RENEW_BEFORE_DAYS * DAY_MS) return false;
  if (!certificate.checkPrivateKey(createPrivateKey(key))) return false;
  if (!leaf) return true;
  const authority = new X509Certificate(leaf.authority.toString('pem'));
  const names = certificate.subjectAltName?.split(', ') ?? [];
  return (
    new X509Certificate(ca).fingerprint256 === authority.fingerprint256 &&
    certificate.verify(authority.publicKey) &&
    names.includes(`URI:${uriOf(leaf.caller)}`)
  );
}

function terms(days: number) {
  const now = Date.now();
  return {
    serialNumber: randomBytes(15).toString('hex'),
    notBefore: new Date(now - BACKDATED_MS),
    notAfter: new Date(now + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function write(folder: string, issued: Issued, ca: x509.X509Certificate): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', issued.keys.privateKey);
  replace(join(folder, 'key.pem'), x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), 0o600);
  replace(join(folder, 'cert.pem'), issued.certificate.toString('pem'), 0o644);
  replace(join(folder, 'ca.pem'), ca.toString('pem'), 0o644);
}

/** A running service may read its files again at any moment, and must never see half of one. */
function replace(path: string, pem: string, mode: number): void {
  writeFileSync(`${path}.partial`, `${pem}\n`, { mode });
  renameSync(`${path}.partial`, path);
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [pkcs8] = x509.PemConverter.decode(pem);
  if (!pkcs8) throw new Error('the authority has no private key');
  return crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign']);
}
