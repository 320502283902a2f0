import { ParticipantKind } from '@causeway/proto/common';
import type { ClearingDay, PutClearingTermsRequest } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { Commands } from '../commands/commands.ts';
import { type ParticipantRef, toParticipant } from '../participants.ts';
import { CLOSE_WINDOW, OPEN_WINDOW } from '../windows/commands.ts';
import { agreementWith } from './agreement.fixture.ts';
import { builtInAgreement } from './agreement.ts';
import { agreementFor, agreementVersion } from './agreements.ts';
import { getAgreement } from './get.ts';
import { listAgreements } from './list.ts';
import { TermsPusher } from './push-terms.ts';
import { putAgreement } from './put.ts';

const { db } = await testDatabase(migrations);
const commands = new Commands(db, quietRuntime().clock);

const ids = Array.from({ length: 50 }, (_, index) => uuidFrom('test', String(index)));
const put = (
  { kind, id }: ParticipantRef,
  effectiveFrom: string,
  changes: Parameters<typeof agreementWith>[0] = {},
  commandId = ids.pop() ?? '',
) => {
  const agreement = agreementWith({
    participant: toParticipant({ kind, id }),
    effectiveFrom,
    ...(kind === 'issuer' && { reserve: undefined }),
    ...changes,
  });
  return putAgreement({ db, commands }, 'ops', { commandId, agreement });
};
const asked = <Body>(body: Body) => ({ commandId: ids.pop() ?? '', operatorId: 'ops', body });
const acquirer = (id: string): ParticipantRef => ({ kind: 'acquirer', id });
const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });
const versionOn = async (participant: ParticipantRef, day: string) =>
  (await agreementFor(db, participant, day)).version;

describe('an agreement', () => {
  test('holds from its first day until another one begins', async () => {
    const sakura = acquirer('sakura');
    expect(await agreementFor(db, sakura, '2026-11-30')).toEqual(builtInAgreement(sakura));
    expect((await put(sakura, '2026-12-01')).agreement).toMatchObject({ version: 1 });
    await put(sakura, '2027-03-01', { timeZone: 'Asia/Hong_Kong' });
    // Put later, it holds until the one that was agreed for March.
    await put(sakura, '2027-02-01', { cutOffSeconds: 0 });
    // Of two that begin on one day the later one holds.
    await put(sakura, '2027-03-01', { timeZone: 'Asia/Bangkok' });
    const days = ['2026-11-30', '2026-12-01', '2027-01-31', '2027-02-28', '2027-03-01'];
    expect(await Promise.all(days.map((day) => versionOn(sakura, day)))).toEqual([0, 1, 1, 3, 4]);
    expect((await agreementFor(db, sakura, '2027-04-01')).day?.timeZone).toBe('Asia/Bangkok');
    expect((await agreementVersion(db, sakura, 2)).day?.timeZone).toBe('Asia/Hong_Kong');
    expect(await agreementVersion(db, sakura, 0)).toEqual(builtInAgreement(sakura));
    await expect(agreementVersion(db, sakura, 5)).rejects.toThrow('version 5');
    // A wallet operator of the same id is somebody else.
    expect(await versionOn({ kind: 'issuer', id: 'sakura' }, '2027-04-01')).toBe(0);
  });

  test('is stored once, whatever comes again', async () => {
    const siam = acquirer('siam');
    const id = uuidFrom('test', 'siam');
    const first = await put(siam, '2026-12-01', {}, id);
    expect(first.replay).toBe(false);
    await put(siam, '2026-12-05');
    const again = await put(siam, '2026-12-01', {}, id);
    expect(again).toEqual({ ...first, replay: true });
    await expect(put(siam, '2026-12-02', {}, id)).rejects.toThrow(
      refused('IDEMPOTENCY_KEY_REUSED'),
    );
    expect(first.agreement).toMatchObject({ operatorId: 'ops', createTime: expect.any(Date) });
  });

  test('in which something is wrong is not stored', async () => {
    const nobody = acquirer('nobody');
    await expect(put(nobody, 'soon', { timeZone: 'x' }, 'no uuid')).rejects.toMatchObject({
      reason: 'FIELD_INVALID',
      fields: [
        { field: 'command_id' },
        { field: 'agreement.effective_from' },
        { field: 'agreement.time_zone' },
      ],
    });
    expect(await versionOn(nobody, '2027-01-01')).toBe(0);
  });

  test('never reaches back into a window that is closed', async () => {
    const pearl = acquirer('pearl');
    const open = (clearingDate: string) =>
      commands.execute(OPEN_WINDOW, asked({ ...pearl, clearingDate }));
    const close = (clearingDate: string) =>
      commands.execute(CLOSE_WINDOW, asked({ ...pearl, clearingDate, early: false }));
    await open('2026-12-01');
    expect((await put(pearl, '2026-11-01')).agreement).toMatchObject({ version: 1 });
    await close('2026-12-01');
    await open('2026-12-02');
    await expect(put(pearl, '2026-12-01')).rejects.toMatchObject({
      ...{ reason: 'EFFECTIVE_DATE_PASSED', metadata: { earliest: '2026-12-02' } },
    });
    await put(pearl, '2026-12-02');
    expect(await versionOn(pearl, '2026-12-01')).toBe(1);
    expect(await versionOn(pearl, '2026-12-02')).toBe(2);
  });

  test('is never changed', async () => {
    for (const change of [
      "UPDATE agreements SET effective_from = '2026-01-01'",
      'DELETE FROM agreements',
    ]) {
      await expect(db.query(change, [])).rejects.toThrow();
    }
  });
});

describe('a participant', () => {
  const [kelana, luzon] = [acquirer('kelana'), acquirer('luzon')];
  const asking = (participant: ParticipantRef | undefined, clearingDate = '') => ({
    participant: participant && toParticipant(participant),
    clearingDate,
  });

  test('sees its own agreements, and no others', async () => {
    await put(kelana, '2026-12-01');
    await put(kelana, '2027-06-01');
    expect(await getAgreement(db, kelana, asking(undefined))).toMatchObject({ version: 2 });
    expect(await getAgreement(db, kelana, asking(kelana, '2026-12-31'))).toMatchObject({
      version: 1,
    });
    expect(await getAgreement(db, luzon, asking(undefined))).toMatchObject({
      ...{ participant: toParticipant(luzon), version: 0 },
    });
    for (const viewer of [luzon, { kind: 'issuer', id: 'kelana' } as const]) {
      await expect(getAgreement(db, viewer, asking(kelana))).rejects.toThrow(
        refused('PARTICIPANT_UNKNOWN'),
      );
      const list = { participant: toParticipant(kelana), pageSize: 0, pageToken: '' };
      await expect(listAgreements(db, viewer, list)).rejects.toThrow(
        refused('PARTICIPANT_UNKNOWN'),
      );
    }
    await expect(getAgreement(db, 'operator', asking(undefined, 'today'))).rejects.toMatchObject({
      fields: [{ field: 'participant' }, { field: 'clearing_date' }],
    });
  });

  test('lists them page by page; an operator lists all', async () => {
    await put({ kind: 'issuer', id: 'peak-wallet' }, '2026-12-01');
    const all = await listAgreements(db, 'operator', {
      ...{ participant: undefined, pageSize: 0, pageToken: '' },
    });
    const paged: typeof all.agreements = [];
    for (let token = '', more = true; more; more = token !== '') {
      const page = await listAgreements(db, 'operator', {
        ...{ participant: undefined, pageSize: 2, pageToken: token },
      });
      paged.push(...page.agreements);
      token = page.nextPageToken;
    }
    expect(paged).toEqual(all.agreements);
    expect(all.agreements.at(-1)?.participant).toEqual({
      ...{ participantKind: ParticipantKind.ISSUER, participantId: 'peak-wallet' },
    });
    const own = await listAgreements(db, kelana, {
      ...{ participant: undefined, pageSize: 0, pageToken: '' },
    });
    expect(own.agreements.map(({ version }) => version)).toEqual([1, 2]);
    const wrong = { participant: undefined, pageSize: 0, pageToken: 'x' };
    await expect(listAgreements(db, kelana, wrong)).rejects.toThrow(refused('PAGE_TOKEN_INVALID'));
  });
});

describe('routing', () => {
  const [lotus, harbour] = [acquirer('lotus'), acquirer('harbour')];

  function routingOn(openDate: string) {
    const taken: PutClearingTermsRequest[] = [];
    const day = (participant: ParticipantRef): ClearingDay => ({
      ...{ participant: toParticipant(participant), openDate, sealedDate: '' },
      ...{ clearing: undefined, sealTime: undefined },
    });
    const routing = {
      ...{ taken, isAway: false },
      listClearingDays: async () => ({ days: [day(harbour), day(lotus)] }),
      putClearingTerms: async (request: PutClearingTermsRequest) => {
        if (routing.isAway) throw new Error('routing is away');
        taken.push(request);
        return {};
      },
    };
    return routing;
  }

  test('takes the terms when their first day has come, and once', async () => {
    await put(lotus, '2026-12-01', { timeZone: 'Asia/Macau', cutOffSeconds: 0 });
    await put(lotus, '2026-12-02', {
      ...{ timeZone: 'Asia/Macau', cutOffSeconds: 3_600 },
      ...{ settlementCurrencyCode: 'USD', fees: [], minimumPayouts: [], payoutAccounts: [] },
    });
    const before = routingOn('2026-11-30');
    expect(await new TermsPusher(db, before).push()).toBe(0);

    const routing = routingOn('2026-12-01');
    const pusher = new TermsPusher(db, routing);
    routing.isAway = true;
    await expect(pusher.push()).rejects.toThrow('away');
    routing.isAway = false;
    expect(await pusher.push()).toBe(1);
    expect(await pusher.push()).toBe(0);
    expect(routing.taken).toEqual([
      {
        participant: toParticipant(lotus),
        clearing: { timeZone: 'Asia/Macau', cutOffSeconds: 0 },
        settlementCurrencyCode: '',
      },
    ]);

    const next = routingOn('2026-12-02');
    expect(await new TermsPusher(db, next).push()).toBe(1);
    expect(next.taken).toMatchObject([
      { clearing: { cutOffSeconds: 3_600 }, settlementCurrencyCode: 'USD' },
    ]);
  });

  test('is told everything again after a while, since it may have been restored', async () => {
    const routing = routingOn('2026-12-01');
    const pusher = new TermsPusher(db, routing, 3);
    const put: number[] = [];
    for (let round = 0; round < 7; round += 1) put.push(await pusher.push());
    expect(put).toEqual([1, 0, 0, 1, 0, 0, 1]);
  });
});
