import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { jsonOf } from '../output/json.ts';
import { record } from '../output/table.ts';
import { act } from '../run.ts';

const EXAMPLE = `
A wallet operator, once its service answers:
  causeway issuer put harbour-pay --name "Harbour Pay" --country HK --currency HKD \\
    --prefix 284100 --address causeway-wallet:8443 --zone Asia/Hong_Kong
`;

interface Options {
  name: string;
  country: string;
  currency: string;
  prefix: string[];
  address: string;
  zone: string;
}

/** `issuer put`: who issues wallets. */
export function issuerCommands(program: Command): void {
  program
    .command('issuer')
    .description('enter wallet operators, as the operator')
    .addHelpText('after', EXAMPLE)
    .command('put <issuer>')
    .description('enter a wallet operator, or change it')
    .requiredOption('--name <name>', 'its name')
    .requiredOption('--country <code>', 'where it is, such as HK')
    .requiredOption('--currency <code>', 'what its wallets hold, such as HKD')
    .requiredOption('--prefix <digits...>', 'with what its payment codes begin')
    .requiredOption('--address <host:port>', 'where its IssuerService listens')
    .requiredOption('--zone <zone>', 'where its clearing day ends at midnight')
    .action(act(put));
}

async function put(cli: Cli, issuerId: string, options: Options): Promise<Answer> {
  const { issuer } = await cli.as(OPERATOR_ID).directory.putIssuer({
    issuer: {
      issuerId,
      displayName: options.name,
      countryCode: options.country,
      currencyCode: options.currency,
      codePrefixes: options.prefix,
      address: options.address,
      clearing: { timeZone: options.zone, cutOffSeconds: 0 },
    },
  });
  const text = record([
    ['issuer', issuer?.issuerId ?? ''],
    ['name', issuer?.displayName ?? ''],
    ['prefixes', issuer?.codePrefixes.join(' ') ?? ''],
    ['address', issuer?.address ?? ''],
  ]);
  return { text, data: { issuer: jsonOf(issuer) } };
}
