import type { Stack } from '@causeway/deploy-local';
import { databaseUrl, dropDatabases, withClient } from '@causeway/deploy-local';

/** Makes an empty database of that name on the stack's own server, and answers its address. */
export async function makeOwnDatabase({ databases }: Stack, name: string): Promise<string> {
  const [known] = Object.values(databases);
  if (known === undefined) throw new Error('the stack has no database');
  const server = databaseUrl(known, 'postgres');
  await dropDatabases(server, [name]);
  await withClient(server, (client) => client.query(`CREATE DATABASE "${name}"`));
  return databaseUrl(known, name);
}

/**
 * Has the server write what a part has changed, now and not while another part is measured. A
 * role that may not ask for it gets its figures without.
 */
export async function settleDisk(url: string): Promise<void> {
  await withClient(url, (client) => client.query('CHECKPOINT')).catch(() => undefined);
}
