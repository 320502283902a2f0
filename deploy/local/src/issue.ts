import { Argument, Command } from 'commander';
import { type Caller, uriOf } from './certificates.ts';
import { certifyNewcomer } from './newcomer.ts';
import { stateIn } from './state.ts';

const HELP = `
Writes ca.pem, cert.pem and key.pem to certs/<id>/ of the state folder (CAUSEWAY_STATE, or
.causeway), signed by the authority that a start of the stack made there. What is there and good
for 30 days more is kept.

Example, beside a running stack:
  npm run certificate -- partner acme
`;

const program = new Command('npm run certificate --')
  .description('Gives somebody a certificate of the stack on this machine.')
  .addArgument(new Argument('<kind>', 'what they are').choices(['partner', 'issuer', 'operator']))
  .argument('<id>', 'who they are')
  .addHelpText('after', HELP)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (kind: Caller['kind'], id: string) => {
    const state = stateIn(process.env.CAUSEWAY_STATE || '.causeway');
    const folder = await certifyNewcomer(state, { kind, id });
    process.stdout.write(`${uriOf({ kind, id })}\n${folder}\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
