import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { allMerchants } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { table } from '../output/table.ts';
import { timeOfDay } from '../output/views.ts';
import { act } from '../run.ts';

/** `merchants`, `issuers`, `routes`: who takes part. */
export function directoryCommands(program: Command): void {
  program
    .command('merchants')
    .description('where one can pay: of every partner here, or of the one named by --as')
    .action(act(merchants));
  program
    .command('issuers')
    .description('wallet operators and their prefixes')
    .action(act(issuers));
  program
    .command('routes')
    .description('ways to merchants, and clearing terms')
    .action(act(routes));
}

async function merchants(cli: Cli): Promise<Answer> {
  const found = await allMerchants(cli);
  const text = table(
    [
      { title: 'merchant' },
      { title: 'city' },
      { title: 'sells in' },
      { title: 'partner' },
      { title: 'open' },
      { title: 'id' },
    ],
    found.map(({ merchant }) => [
      merchant.displayName,
      merchant.city,
      merchant.currencyCodes.join(' '),
      merchant.partnerId,
      merchant.active ? 'yes' : 'no',
      merchant.merchantId,
    ]),
  );
  return { text, data: { merchants: found.map(({ merchant }) => jsonOf(merchant)) } };
}

async function issuers(cli: Cli): Promise<Answer> {
  const { issuers: found } = await cli.as(OPERATOR_ID).directory.listIssuers({});
  const text = table(
    [
      { title: 'issuer' },
      { title: 'name' },
      { title: 'country' },
      { title: 'currency' },
      { title: 'prefixes' },
      { title: 'clears in' },
      { title: 'address' },
    ],
    found.map((issuer) => [
      issuer.issuerId,
      issuer.displayName,
      issuer.countryCode,
      issuer.currencyCode,
      issuer.codePrefixes.join(' '),
      issuer.clearing?.timeZone ?? '',
      issuer.address,
    ]),
  );
  return { text, data: { issuers: jsonOf(found) } };
}

async function routes(cli: Cli): Promise<Answer> {
  const { routes: found } = await cli.as(OPERATOR_ID).directory.listRoutes({});
  const text = table(
    [
      { title: 'route' },
      { title: 'partner' },
      { title: 'country' },
      { title: 'currencies' },
      { title: 'clears in' },
      { title: 'day ends', align: 'right' },
    ],
    found.map((route) => [
      route.routeId,
      route.partnerId,
      route.countryCode,
      route.currencyCodes.join(' '),
      route.clearing?.timeZone ?? '',
      timeOfDay(route.clearing?.cutOffSeconds ?? 0),
    ]),
  );
  return { text, data: { routes: jsonOf(found) } };
}
