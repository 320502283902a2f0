import type { Partner } from '@causeway/proto/acquiring';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { UsageError } from '../input/usage.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { act } from '../run.ts';

const EXAMPLES = `
A new acquirer beside a running stack, from its certificate to its first payment:
  npm run certificate -- partner acme
  causeway partner put acme --name "Acme" --country JP --currency JPY --zone Asia/Tokyo
  causeway merchant open "Tea House" --city Kyoto --country JP --currency JPY --as acme
  causeway pay 900 JPY --at Tea --wallet Mei
`;

/** `partner …`, `merchant …`: who may charge, and where. */
export function partnerCommands(program: Command): void {
  const partner = program
    .command('partner')
    .description('enter acquirers and their routes, as the operator')
    .addHelpText('after', EXAMPLES);
  partner.command('list').description('all partners').action(act(list));
  partner
    .command('put <partner>')
    .description('enter a partner with a route to its country, or change what is said of them')
    .requiredOption('--name <name>', 'its name')
    .requiredOption('--country <code>', 'where its merchants sell, such as JP')
    .requiredOption('--currency <code...>', 'what they sell in, such as JPY')
    .requiredOption('--zone <zone>', 'where its clearing day ends at midnight, such as Asia/Tokyo')
    .option('--connector <address>', 'host:port of its connector, where it has one')
    .action(act(put));
  program
    .command('merchant')
    .description('sign up merchants, as the partner named by --as')
    .addHelpText('after', EXAMPLES)
    .command('open <name>')
    .description('sign up a merchant')
    .requiredOption('--city <city>', 'where it is')
    .requiredOption('--country <code>', 'likewise, such as JP')
    .requiredOption('--currency <code...>', 'what it sells in, such as JPY')
    .option('--category <code>', 'ISO 18245 merchant category code', '5999')
    .option('--id <request-id>', 'the same id opens the same merchant')
    .action(act(openMerchant));
}

async function list(cli: Cli): Promise<Answer> {
  const { partners } = await cli.as(OPERATOR_ID).partners.listPartners({});
  const text = table(
    [{ title: 'partner' }, { title: 'name' }, { title: 'country' }],
    partners.map(({ partnerId, displayName, countryCode }) => [
      partnerId,
      displayName,
      countryCode,
    ]),
  );
  return { text, data: { partners: jsonOf(partners) } };
}

const NEW_ROUTE = {
  ...{ schemeIds: [], connectorAddress: '', fees: undefined, refusalRules: [], maxInFlight: 0 },
  clearing: undefined,
};

async function put(
  cli: Cli,
  partnerId: string,
  options: { name: string; country: string; currency: string[]; zone: string; connector?: string },
): Promise<Answer> {
  const { name: displayName, country: countryCode, currency: currencyCodes, zone } = options;
  const operator = cli.as(OPERATOR_ID);
  const { partner } = await operator.partners.putPartner({
    partner: { partnerId, displayName, countryCode },
  });
  const routeId = `${partnerId}-${countryCode.toLowerCase()}`;
  const { routes } = await operator.directory.listRoutes({});
  // Fees, rules and schemes of a route that is there are not for this command to forget.
  const known = routes.find((each) => each.routeId === routeId) ?? NEW_ROUTE;
  const { cutOffSeconds = 0 } = known.clearing ?? {};
  const { route } = await operator.directory.putRoute({
    route: {
      ...known,
      ...{ routeId, partnerId, countryCode, currencyCodes },
      clearing: { timeZone: zone, cutOffSeconds },
      connectorAddress: options.connector ?? known.connectorAddress,
    },
  });
  const text = record([
    ['partner', partner?.partnerId ?? ''],
    ['name', partner?.displayName ?? ''],
    ['route', route?.routeId ?? ''],
    ['currencies', route?.currencyCodes.join(' ') ?? ''],
    ['certificate', certificateOf(cli, partner)],
  ]);
  return { text, data: { partner: jsonOf(partner), route: jsonOf(route) } };
}

function certificateOf(cli: Cli, partner: Partner | undefined): string {
  const id = partner?.partnerId ?? '';
  return cli.callers.ids().includes(id) ? 'is here' : `npm run certificate -- partner ${id}`;
}

async function openMerchant(
  cli: Cli,
  displayName: string,
  options: { city: string; country: string; currency: string[]; category: string; id?: string },
): Promise<Answer> {
  if (cli.asked === undefined) throw new UsageError('say whose merchant it is: --as <partner>');
  const { merchant } = await cli.as(cli.asked).merchants.createMerchant({
    requestId: options.id ?? cli.runtime.random.uuid(),
    displayName,
    countryCode: options.country,
    city: options.city,
    categoryCode: options.category,
    currencyCodes: options.currency,
  });
  const text = record([
    ['merchant', merchant?.merchantId ?? ''],
    ['name', merchant?.displayName ?? ''],
    ['city', merchant?.city ?? ''],
    ['sells in', merchant?.currencyCodes.join(' ') ?? ''],
    ['partner', merchant?.partnerId ?? ''],
  ]);
  return { text, data: { merchant: jsonOf(merchant) } };
}
