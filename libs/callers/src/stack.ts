import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Service → `host:port`; `wallet_app` is the port for wallet apps. `wallet_kind`, where it is there,
 * says whether the certificate of `wallet` is a `service`'s or an `issuer`'s.
 */
export type Endpoints = Readonly<Record<string, string>>;

/** Service → the URL of its database. */
export type Databases = Readonly<Record<string, string>>;

/** Where a running stack is found. */
export interface StackPlace {
  endpoints: Endpoints;
  /** The folder with `<caller>/{ca,cert,key}.pem`. */
  certs: string;
}

/** No stack runs in the state folder; the message says how to start one. */
export class StackNotRunningError extends Error {
  override readonly name = 'StackNotRunningError';
}

/** Reads where the stack of a state folder listens. Throws a StackNotRunningError. */
export function findStack(stateFolder: string): StackPlace {
  const folder = resolve(stateFolder);
  const endpoints = readRecord(join(folder, 'endpoints.json'));
  return { endpoints, certs: join(folder, 'certs') };
}

/**
 * Reads the addresses of the stack's databases, for checks that need nothing else. Throws a
 * StackNotRunningError, also where a stack runs whose databases are not for us to know.
 */
export function databasesIn(stateFolder: string): Databases {
  const folder = resolve(stateFolder);
  const path = join(folder, 'databases.json');
  if (existsSync(join(folder, 'endpoints.json')) && !existsSync(path)) {
    throw new StackNotRunningError(
      'where the databases are is not known here, so nobody can recompute the books from here; ' +
        'in a cluster a Job does it: "Verify all books" in deploy/README.md',
    );
  }
  return readRecord(path);
}

function readRecord(path: string): Readonly<Record<string, string>> {
  if (!existsSync(path)) {
    throw new StackNotRunningError(
      `no stack is running here (${path} is not there); start one with "npm start", ` +
        'or name its state folder with CAUSEWAY_STATE',
    );
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}
