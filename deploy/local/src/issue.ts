import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { type Caller, issueCertificates, uriOf } from './certificates.ts';
import { stateIn } from './state.ts';

const HELP = `
Writes ca.pem, cert.pem and key.pem to certs/<id>/ of the state folder (CAUSEWAY_STATE, or
.causeway), signed by the authority that a start of the stack made there. What is there and good
for 30 days more is kept.

Example, beside a running stack:
  npm run certificate -- partner acme
`;

/** Gives somebody a certificate; answers the folder that it is in. Throws where it cannot be. */
async function issue(caller: Caller): Promise<string> {
  if (!/^[a-z0-9-]{1,32}$/.test(caller.id)) {
    throw new Error('an id has 1 to 32 characters of a-z, 0-9 and "-"');
  }
  const { folder, certs } = stateIn(process.env.CAUSEWAY_STATE || '.causeway');
  if (!existsSync(join(certs, 'authority'))) {
    throw new Error(`there is no authority in ${folder}: npm start makes one`);
  }
  const own = join(certs, caller.id);
  const holder = holderOf(join(own, 'cert.pem'));
  if (holder !== undefined && !holder.includes(`URI:${uriOf(caller)}`)) {
    throw new Error(`${caller.id} is taken, by ${holder.join(', ')}`);
  }
  await issueCertificates(certs, [caller]);
  return own;
}

/** The names in a certificate; undefined where there is none. */
function holderOf(file: string): string[] | undefined {
  if (!existsSync(file)) return undefined;
  return new X509Certificate(readFileSync(file)).subjectAltName?.split(', ') ?? [];
}

const program = new Command('npm run certificate --')
  .description('Gives somebody a certificate of the stack on this machine.')
  .addArgument(new Argument('<kind>', 'what they are').choices(['partner', 'issuer', 'operator']))
  .argument('<id>', 'who they are')
  .addHelpText('after', HELP)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (kind: Caller['kind'], id: string) => {
    process.stdout.write(`${uriOf({ kind, id })}\n${await issue({ kind, id })}\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
