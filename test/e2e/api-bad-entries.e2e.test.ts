import { DirectoryServiceService, StopServiceService } from '@causeway/proto/routing';
import { WalletServiceService } from '@causeway/proto/wallet';
import { ISSUER } from '@causeway/sandbox';
import { expect, test } from 'vitest';
import { field, invalid, knocker, openPayer, openWorld, refuser } from './support/index.ts';

const world = openWorld();
const refusal = refuser(knocker(world));

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UUID = '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506';

test('wallet operators are refused what cannot be, and nothing moves', async () => {
  const { openWallet, topUp, withdraw, listStatementEntries, createPaymentCode, changeTier } =
    WalletServiceService;
  const from = { as: ISSUER.id, at: 'wallet' };
  const own = await openPayer(world, { tier: 'unverified', balanceMinor: 100_00n });
  const { walletId } = own;
  const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
  const movement = { walletId, requestId: world.id('move'), amount: hkd(1n) };
  const opening = { requestId: world.id('w'), displayName: 'Somebody', tier: 'unverified' };

  expect(await refusal(openWallet, { ...opening, tier: 'gold' }, from)).toEqual(
    invalid('TIER_UNKNOWN', 'tier'),
  );
  expect(await refusal(openWallet, { ...opening, displayName: '' }, from)).toEqual(
    field('display_name'),
  );
  expect(await refusal(openWallet, { ...opening, requestId: 'é' }, from)).toEqual(
    field('request_id'),
  );
  expect((await refusal(changeTier, { walletId, tier: 'gold' }, from)).reason).toBe('TIER_UNKNOWN');
  for (const method of [topUp, withdraw]) {
    const refused = (spoil: object) => refusal(method, { ...movement, ...spoil }, from);
    const amountInvalid = invalid('AMOUNT_INVALID', 'amount.amount_minor');
    expect(await refused({ amount: hkd(0n) })).toEqual(amountInvalid);
    expect(await refused({ amount: hkd(-1n) })).toEqual(amountInvalid);
    expect(await refused({ amount: hkd(INT64_MAX) })).toEqual(amountInvalid);
    expect(await refused({ amount: hkd(INT64_MIN) })).toEqual(amountInvalid);
    expect(await refused({ amount: { currencyCode: 'JPY', amountMinor: 1n } })).toEqual(
      field('amount.currency_code'),
    );
    expect(await refused({ amount: undefined })).toEqual(field('amount'));
    expect(await refused({ walletId: 'x' })).toEqual(field('wallet_id'));
    expect(await refused({ walletId: UUID })).toEqual({
      ...{ code: 'NOT_FOUND', reason: 'WALLET_UNKNOWN', fields: [] },
    });
    expect(await refused({ requestId: 'x'.repeat(65) })).toEqual(field('request_id'));
  }
  const failed = (reason: string) => ({ code: 'FAILED_PRECONDITION', reason, fields: [] });
  expect(await refusal(topUp, { ...movement, amount: hkd(3_000_00n) }, from)).toEqual(
    failed('LIMIT_BALANCE'),
  );
  expect(await refusal(withdraw, { ...movement, amount: hkd(100_01n) }, from)).toEqual(
    failed('INSUFFICIENT_FUNDS'),
  );
  expect(await refusal(createPaymentCode, { walletId, ttlSeconds: -1 }, from)).toEqual(
    field('ttl_seconds'),
  );
  const page = { walletId, pageSize: 0, pageToken: '' };
  expect(await refusal(listStatementEntries, { ...page, pageSize: -1 }, from)).toEqual(
    field('page_size'),
  );
  expect(await refusal(listStatementEntries, { ...page, pageToken: 'x' }, from)).toEqual(
    invalid('PAGE_TOKEN_INVALID'),
  );
  expect(await own.statement()).toHaveLength(1);
  expect(await own.balance()).toBe(100_00n);

  await world.issuer.wallets.topUp(movement);
  expect(await refusal(topUp, { ...movement, amount: hkd(2n) }, from)).toEqual({
    ...{ code: 'ALREADY_EXISTS', reason: 'REQUEST_ID_REUSED', fields: [] },
  });
  expect((await refusal(withdraw, movement, from)).reason).toBe('REQUEST_ID_REUSED');
  expect(await own.balance()).toBe(100_01n);
});

test('operators are refused stops and entries that cannot be', async () => {
  const from = { as: 'ops', at: 'routing' };
  const { createStop } = StopServiceService;
  const stop = { subjectKind: 1, subjectId: 'nobody-at-all', reason: 'test' };
  const spoiled: [string, Partial<typeof stop>][] = [
    ['subject_kind', { subjectKind: 0 }],
    ['subject_kind', { subjectKind: 77 }],
    ['subject_id', { subjectId: '' }],
    ['subject_id', { subjectId: 'a b' }],
    ['subject_id', { subjectId: 'x'.repeat(65) }],
    ['reason', { reason: '' }],
    ['reason', { reason: 'x'.repeat(257) }],
  ];
  for (const [name, spoil] of spoiled) {
    expect(await refusal(createStop, { ...stop, ...spoil }, from)).toEqual(
      invalid('SUBJECT_INVALID', name),
    );
  }
  const { stops } = await world.ops.stops.listStops({});
  expect(stops.filter(({ subjectId }) => subjectId === stop.subjectId)).toEqual([]);

  const route = {
    ...{ routeId: 'bad', partnerId: 'sakura', countryCode: 'JP', currencyCodes: ['JPY'] },
    clearing: { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 },
    ...{ schemeIds: [], connectorAddress: '', fees: undefined, refusalRules: [], maxInFlight: 0 },
  };
  const { putRoute, putIssuer } = DirectoryServiceService;
  const refused = async (spoil: object) =>
    (await refusal(putRoute, { route: { ...route, ...spoil } }, from)).fields;
  expect(await refused({ routeId: 'A B' })).toEqual(['route.route_id']);
  expect(await refused({ countryCode: 'Japan' })).toEqual(['route.country_code']);
  expect(await refused({ currencyCodes: ['ZZZ'] })).toEqual(['route.currency_codes']);
  expect(await refused({ clearing: undefined })).toEqual(['route.clearing']);
  expect(await refused({ clearing: { timeZone: 'Mars/Base', cutOffSeconds: 86_400 } })).toEqual([
    ...['route.clearing.time_zone', 'route.clearing.cut_off_seconds'],
  ]);
  const { issuers } = await world.ops.directory.listIssuers({});
  const [known] = issuers;
  if (known === undefined) throw new Error('no issuer is seeded');
  const thief = { ...known, issuerId: 'thief' };
  expect(await refusal(putIssuer, { issuer: thief }, from)).toEqual({
    ...{ code: 'ALREADY_EXISTS', reason: 'PREFIX_TAKEN', fields: [] },
  });
  expect((await world.ops.directory.listIssuers({})).issuers).toEqual(issuers);
});
