import { openGate, show, trustIn, uploadFrom } from '@causeway/callers/transit/gates';
import { grantedPhone } from '@causeway/callers/transit/phones';
import {
  type Ride,
  RideState,
  TapResult,
  type TransitFinding,
  TransitFindingKind,
  TransitLiability,
} from '@causeway/proto/acquiring';
import { type TransitKey, TransitKeyState } from '@causeway/proto/wallet';
import { SCENES, type Scene } from '@causeway/transit';
import { type Command, Option } from 'commander';
import { type Answer, type Cli, ISSUER_ID, OPERATOR_ID } from '../cli.ts';
import { parseAmount } from '../input/amount.ts';
import { writeDocument } from '../input/files.ts';
import { wholeNumber } from '../input/whole.ts';
import { findWallet } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment, money } from '../output/views.ts';
import { act } from '../run.ts';

/** The most that is listed at once. */
const MOST_LISTED = 500;

/** The part of `transit …` that is about a running stack: rides, and what is to be known of them. */
export function transitOperatorCommands(transit: Command): void {
  transit
    .command('ride <operator> <line> <amount...>')
    .description('grant, tap at a gate without a network, and upload: one ride of one tap')
    .requiredOption('--wallet <wallet>', 'who rides: id or name')
    .addOption(
      new Option('--scene <name>', 'what is ridden')
        .choices(Object.keys(SCENES))
        .default('minibus'),
    )
    .option('--metered', 'the amount is what a meter says')
    .action(act(ride));
  transit
    .command('rides <operator>')
    .description('the rides of an operator, newest first')
    .action(act(rides));
  transit
    .command('findings [operator]')
    .description("what was wrong with taps and whose loss it is; everybody's unless one is named")
    .action(act(findings));
  transit
    .command('exposure')
    .description('what grants could cost at worst, and the caps that new ones get for it')
    .option('--gates <count>', 'gates without a network at once', wholeNumber('--gates', 1, 1e6), 1)
    .action(act(exposure));
  transit
    .command('insight <operator> <from> <to>')
    .description('trips, transfers and peaks of days that are over, in groups')
    .option('--out <file>', 'where charts go, as one HTML page')
    .action(act(insight));
  transit.command('keys').description('the keys that sign grants').action(act(keys));
  transit
    .command('rotate-key <id>')
    .description('make a key that signs from now on')
    .action(act(rotateKey));
  transit
    .command('revoke-key <id>')
    .description('end a key, and all that it signed, for ever')
    .action(act(revokeKey));
}

async function ride(
  cli: Cli,
  operatorId: string,
  routeId: string,
  amount: readonly string[],
  { wallet, scene, metered }: { wallet: string; scene: Scene; metered?: boolean },
): Promise<Answer> {
  const { runtime } = cli;
  const { currencyCode, amountMinor: fareMinor } = parseAmount(amount);
  const operator = cli.as(operatorId);
  const { operator: issuer, walletId } = await findWallet(cli, wallet);
  const app = await cli.callers.appOf(issuer.id, walletId);
  const named = `cli-${Math.floor(runtime.clock.nowMs())}`;
  const phone = await grantedPhone(app, { requestId: named, clock: runtime.clock });
  const trust = await trustIn(operator, issuer.id, runtime);
  const gate = await openGate(runtime, { operatorId, gateId: named, scene, trust });
  const kind = metered === true ? 'amount' : 'flat';
  const answer = await show(gate, await phone.text(), { kind, routeId, currencyCode, fareMinor });
  const [uploaded] = await uploadFrom(operator, gate);
  const outcome = { gate: answer.outcome, reason: answer.reason };
  const state = RideState[uploaded?.rideState ?? 0] ?? '';
  const result = TapResult[uploaded?.result ?? 0] ?? '';
  return {
    failed: state !== 'PAID',
    text: record([
      ['gate', `${answer.outcome} (${answer.reason})`],
      ['upload', `${result} ${uploaded?.reason ?? ''}`.trim()],
      ['ride', state],
      ['fare', uploaded?.fare ? money(uploaded.fare) : ''],
      ['payment', uploaded?.paymentId ?? ''],
    ]),
    data: { ...outcome, result, ride: state, payment_id: uploaded?.paymentId ?? '' },
  };
}

async function rides(cli: Cli, operatorId: string): Promise<Answer> {
  const page = { pageSize: MOST_LISTED, pageToken: '' };
  const listed = (await cli.as(operatorId).transit.listRides(page)).rides;
  const cells = (each: Ride) => [
    moment(each.startTime),
    [each.lineId, each.fromStopId, each.toStopId].filter((part) => part !== '').join(' '),
    RideState[each.state] ?? '',
    each.fare ? money(each.fare) : '',
    each.fareBasis,
    each.paymentId,
  ];
  const titles = ['begun', 'line', 'state', 'fare', 'basis', 'payment'];
  return {
    text: table(
      titles.map((title) => ({ title })),
      listed.map(cells),
    ),
    data: jsonOf({ rides: listed }, { state: RideState }),
  };
}

async function findings(cli: Cli, operatorId?: string): Promise<Answer> {
  const page = { pageSize: MOST_LISTED, pageToken: '' };
  const caller = cli.as(operatorId ?? OPERATOR_ID);
  const listed = (await caller.transit.listTransitFindings(page)).findings;
  const cells = (each: TransitFinding) => [
    moment(each.createTime),
    TransitFindingKind[each.kind] ?? '',
    TransitLiability[each.liability] ?? '',
    each.amount ? money(each.amount) : '',
    `${each.partnerId} ${each.gateId}`,
    each.rule,
  ];
  const titles = ['found', 'what', 'whose', 'lost', 'gate', 'rule'];
  return {
    text: table(
      titles.map((title) => ({ title })),
      listed.map(cells),
    ),
    data: jsonOf({ findings: listed }, { kind: TransitFindingKind, liability: TransitLiability }),
  };
}

async function exposure(cli: Cli, { gates }: { gates: number }): Promise<Answer> {
  const found = await cli.as(ISSUER_ID).grants.getTransitExposure({ gateCount: gates });
  return {
    text: record([
      ['grants alive', String(found.grantCount)],
      ['may still charge', money(found.granted)],
      ['not covered by balances', money(found.uncovered)],
      [`copied at ${gates} gates`, money(found.replayed)],
      ['lost in 30 days', money(found.lost)],
      ['caps of new grants', `${found.capPercent} %: ${found.capReason}`],
    ]),
    data: jsonOf(found),
  };
}

async function insight(
  cli: Cli,
  operatorId: string,
  fromDate: string,
  toDate: string,
  { out }: { out?: string },
): Promise<Answer> {
  const asked = { fromDate, toDate, withPage: out !== undefined };
  const { page, ...found } = await cli.as(operatorId).transit.getTransitInsight(asked);
  if (out !== undefined) await writeDocument(out, page.toString());
  const groups = [...found.lines, ...found.lineHours, ...found.stops, ...found.transfers];
  return {
    text: table(
      [{ title: 'group' }, { title: 'trips', align: 'right' }],
      groups.map(({ keys: named, count }) => [named.join(' '), String(count)]),
    ),
    data: jsonOf(found),
  };
}

async function keys(cli: Cli): Promise<Answer> {
  const { keys: listed } = await cli.as(ISSUER_ID).grants.listTransitKeys({});
  return { text: keyTable(listed), data: keyJson(listed) };
}

async function rotateKey(cli: Cli, keyId: string): Promise<Answer> {
  const { key } = await cli.as(ISSUER_ID).grants.rotateTransitKey({ keyId });
  const listed = key === undefined ? [] : [key];
  return { text: keyTable(listed), data: keyJson(listed) };
}

async function revokeKey(cli: Cli, keyId: string): Promise<Answer> {
  const { key } = await cli.as(ISSUER_ID).grants.revokeTransitKey({ keyId });
  const listed = key === undefined ? [] : [key];
  return { text: keyTable(listed), data: keyJson(listed) };
}

function keyTable(listed: readonly TransitKey[]): string {
  return table(
    [{ title: 'key' }, { title: 'state' }, { title: 'made' }, { title: 'public key' }],
    listed.map(({ keyId, state, createTime, publicKey }) => [
      keyId,
      TransitKeyState[state] ?? '',
      moment(createTime),
      publicKey.toString('hex'),
    ]),
  );
}

function keyJson(listed: readonly TransitKey[]) {
  const told = listed.map(({ publicKey, algorithm: _algorithm, ...key }) => {
    return { ...key, publicHex: publicKey.toString('hex') };
  });
  return jsonOf({ keys: told }, { state: TransitKeyState });
}
