import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Caller, issueCertificates, uriOf } from './certificates.ts';
import type { State } from './state.ts';

/**
 * Gives somebody who comes to a stack a certificate, and keeps what is there and still good.
 * Answers the folder that it is in. Throws where no stack was ever started, and where the id is
 * another's, whose certificate would be lost.
 */
export async function certifyNewcomer({ folder, certs }: State, caller: Caller): Promise<string> {
  if (!/^[a-z0-9-]{1,32}$/.test(caller.id) || caller.id === 'authority') {
    throw new Error('an id has 1 to 32 characters of a-z, 0-9 and "-", and is not "authority"');
  }
  if (!existsSync(join(certs, 'authority'))) {
    throw new Error(`there is no authority in ${folder}: npm start makes one`);
  }
  const own = join(certs, caller.id);
  const holder = namesIn(join(own, 'cert.pem'));
  if (holder !== undefined && !holder.includes(`URI:${uriOf(caller)}`)) {
    throw new Error(`${caller.id} is taken, by ${holder.join(', ')}`);
  }
  await issueCertificates(certs, [caller]);
  return own;
}

/** The names in a certificate; undefined where there is none. */
function namesIn(file: string): string[] | undefined {
  if (!existsSync(file)) return undefined;
  return new X509Certificate(readFileSync(file)).subjectAltName?.split(', ') ?? [];
}
