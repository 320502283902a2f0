import { AgreementState } from '@causeway/proto/acquiring';
import { RpcFailure } from '@causeway/rpc';
import { laneOf, Refusal, uuidFrom } from '@causeway/runtime';
import { armFailpoints, quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { expectSoundBooks, type TestWallet, testOperator } from '../testing/world.fixture.ts';
import { moveFunds } from '../wallets/funds.ts';
import { closeWallet, freezeWallet } from '../wallets/status.ts';
import { endAgreement, resumeAgreement, suspendAgreement } from './change.ts';
import { viewOf } from './get.ts';
import { agreementLanes } from './lanes.ts';
import { listAgreements } from './list.ts';
import { revokeAgreement } from './revoke.ts';
import { type Signing, signAgreement } from './sign.ts';

const { db } = await testDatabase(migrations);
const { office, acquirer, wallet } = await testOperator(db);
const lanes = agreementLanes(db, quietRuntime());
const options = { deadlineMs: Number.MAX_SAFE_INTEGER };

afterEach(() => armFailpoints(undefined));
afterEach(() => {
  acquirer.failure = undefined;
});
afterEach(() => expectSoundBooks(db));

function signing({ walletId }: TestWallet, payload: string, change: Partial<Signing> = {}) {
  const caps = { chargeCapMinor: 10_000n, periodCapMinor: 50_000n, period: 'month' as const };
  return signAgreement(office, { walletId, payload, ...caps, ...change }, options);
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refusal ? error.reason : String(error);
}

test('what is signed is kept, told, and the same when signed again', async () => {
  const payer = await wallet('sign');
  const { agreementId, payload } = acquirer.offer('sign');
  const signed = await signing(payer, payload);
  expect(signed).toMatchObject({
    ...{ agreementId, walletId: payer.walletId, lane: payer.lane, state: 'active' },
    ...{ description: 'Rides', chargeCapMinor: 10_000n, usedMinor: 0n, version: 1n },
  });
  expect(acquirer.latest(agreementId)).toEqual({
    ...{ agreementId, state: AgreementState.ACTIVE, version: 1n },
  });
  expect(await signing(payer, payload, { chargeCapMinor: 1n })).toEqual(signed);
  expect(await reasonOf(signing(await wallet('late'), payload))).toBe('AGREEMENT_TAKEN');
  expect(await lanes.find(agreementId)).toMatchObject(payer);
});

test('twenty wallets that sign one offer at once: one has it', async () => {
  const payers = await Promise.all(Array.from({ length: 20 }, (_, at) => wallet(`many-${at}`)));
  const { agreementId, payload } = acquirer.offer('many');
  const results = await Promise.all(payers.map((payer) => reasonOf(signing(payer, payload))));
  expect(results.filter((reason) => reason === 'undefined')).toHaveLength(1);
  expect(results.filter((reason) => reason === 'AGREEMENT_TAKEN')).toHaveLength(19);
  const { walletId } = await lanes.find(agreementId);
  expect(walletId).toBe(payers[results.indexOf('undefined')]?.walletId);
});

test('what cannot be signed is refused, and nothing is written', async () => {
  const payer = await wallet('refused');
  const { payload } = acquirer.offer('refused');
  const gone = acquirer.offer('gone', { expireTime: new Date(0) });
  const over = acquirer.offer('over', { state: AgreementState.ENDED });
  const theirs = acquirer.offer('theirs', { state: AgreementState.ACTIVE, issuerId: 'other' });
  expect(await reasonOf(signing(payer, 'nothing'))).toBe('CODE_UNREADABLE');
  expect(await reasonOf(signing(payer, gone.payload))).toBe('AGREEMENT_ENDED');
  expect(await reasonOf(signing(payer, over.payload))).toBe('AGREEMENT_ENDED');
  expect(await reasonOf(signing(payer, theirs.payload))).toBe('AGREEMENT_TAKEN');
  // HKD 5,000 is the most for one payment of this tier.
  const tooMuch = signing(payer, payload, { chargeCapMinor: 500_001n, periodCapMinor: 500_001n });
  await expect(tooMuch).rejects.toMatchObject({ fields: [{ field: 'charge_cap' }] });
  await freezeWallet(office, payer.walletId);
  expect(await reasonOf(signing(payer, payload))).toBe('WALLET_FROZEN');
  const walletId = uuidFrom('wallet', 'nobody');
  const nobody = { walletId, lane: laneOf(walletId) };
  expect(await reasonOf(signing(nobody, payload))).toBe('WALLET_UNKNOWN');
  const page = { walletId: payer.walletId, pageSize: 0, pageToken: '' };
  expect((await listAgreements(office, page)).agreements).toEqual([]);
  for (const { agreementId } of [gone, over, theirs]) {
    expect(await lanes.find(agreementId)).toMatchObject({ walletId: undefined });
    expect(
      await db.query('SELECT FROM agreement_lanes WHERE agreement_id = $1', [agreementId]),
    ).toEqual([]);
  }
});

test('a crash before the acquirer is told is healed by signing again, or by the sweep', async () => {
  const payer = await wallet('crash');
  const [repeated, swept] = [acquirer.offer('repeated'), acquirer.offer('swept')];
  armFailpoints('wallet.agreement.signed=error');
  for (const { payload } of [repeated, swept]) {
    await expect(signing(payer, payload)).rejects.toThrow('failpoint');
  }
  armFailpoints(undefined);
  expect(acquirer.latest(repeated.agreementId)).toBeUndefined();
  expect(await signing(payer, repeated.payload)).toMatchObject({ state: 'active', version: 1n });
  expect(acquirer.latest(repeated.agreementId)).toMatchObject({ version: 1n });
  expect((await office.reporter.sweep()).told).toBe(1);
  expect(acquirer.latest(swept.agreementId)).toMatchObject({ version: 1n });
  // Both bring what shows that their payer was shown the offer.
  expect(acquirer.payloads.slice(-2)).toEqual([repeated.payload, swept.payload]);
  expect((await office.reporter.sweep()).told).toBe(0);
});

test('while the acquirer is away changes hold, and it is told of the last one later', async () => {
  const payer = await wallet('away');
  const { agreementId, payload } = acquirer.offer('away');
  await signing(payer, payload);
  acquirer.failure = new RpcFailure('UNAVAILABLE', 'away');
  expect(await reasonOf(signing(payer, payload))).toBe('DEPENDENCY_UNAVAILABLE');
  const name = { walletId: payer.walletId, agreementId };
  expect(await suspendAgreement(office, name)).toMatchObject({ state: 'suspended', version: 2n });
  expect(await suspendAgreement(office, name)).toMatchObject({ version: 2n });
  expect(await resumeAgreement(office, name)).toMatchObject({ state: 'active', version: 3n });
  expect(await resumeAgreement(office, name)).toMatchObject({ version: 3n });
  expect(await endAgreement(office, name)).toMatchObject({ state: 'ended', version: 4n });
  expect(await endAgreement(office, name)).toMatchObject({ version: 4n });
  expect(await reasonOf(suspendAgreement(office, name))).toBe('AGREEMENT_ENDED');
  expect(await reasonOf(resumeAgreement(office, name))).toBe('AGREEMENT_ENDED');
  expect(await office.reporter.sweep()).toMatchObject({
    ...{ told: 0, failure: { reason: 'DEPENDENCY_UNAVAILABLE' } },
  });
  acquirer.failure = undefined;
  expect(await reasonOf(signing(payer, payload))).toBe('AGREEMENT_ENDED');
  await db.query('UPDATE agreements SET report_due_at = now() WHERE report_due_at IS NOT NULL');
  expect((await office.reporter.sweep()).told).toBe(1);
  expect(acquirer.latest(agreementId)).toMatchObject({ state: AgreementState.ENDED, version: 4n });
});

test('an agreement that the acquirer gave to another operator ends here', async () => {
  const payer = await wallet('other operator');
  const { agreementId, payload } = acquirer.offer('other operator');
  armFailpoints('wallet.agreement.signed=error');
  await expect(signing(payer, payload)).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  acquirer.failure = new Refusal('AGREEMENT_TAKEN', 'taken');
  expect(await office.reporter.sweep()).toEqual({ told: 0, failure: undefined });
  expect(await viewOf(office, payer.walletId, agreementId)).toMatchObject({ state: 'ended' });
  acquirer.failure = undefined;
  // Nothing is left to tell.
  expect((await office.reporter.sweep()).told).toBe(0);
  expect(acquirer.latest(agreementId)).toBeUndefined();
});

test('a revocation ends an agreement, or blocks one that was never signed', async () => {
  const payer = await wallet('revoked');
  const [signed, unsigned] = [acquirer.offer('revoked'), acquirer.offer('unsigned')];
  await signing(payer, signed.payload);
  for (const { agreementId } of [signed, signed, unsigned, unsigned]) {
    await revokeAgreement(office, agreementId);
  }
  expect(await viewOf(office, payer.walletId, signed.agreementId)).toMatchObject({
    ...{ state: 'ended', version: 2n },
  });
  expect(await reasonOf(signing(payer, unsigned.payload))).toBe('AGREEMENT_ENDED');
});

test('a charge of what nobody signed blocks its signing, wherever it is asked for', async () => {
  const { agreementId, payload } = acquirer.offer('early');
  expect(await lanes.find(agreementId)).toMatchObject({ walletId: undefined });
  const many = Array.from({ length: 10 }, () => lanes.claim(agreementId, options));
  for (const place of await Promise.all(many)) {
    expect(place).toEqual({ agreementId, lane: laneOf(agreementId), walletId: undefined });
  }
  expect(await reasonOf(signing(await wallet('too late'), payload))).toBe('AGREEMENT_ENDED');
});

test('claims racing signatures: each id has one place', async () => {
  const payer = await wallet('races');
  const elsewhere = agreementLanes(db, quietRuntime());
  for (let round = 0; round < 10; round += 1) {
    const { agreementId, payload } = acquirer.offer(`race-${round}`);
    const [reason, place] = await Promise.all([
      reasonOf(signing(payer, payload)),
      elsewhere.claim(agreementId, options),
    ]);
    expect(reason).toBe(place.walletId === undefined ? 'AGREEMENT_ENDED' : 'undefined');
    expect(await lanes.find(agreementId)).toEqual(place);
  }
});

test('a page of agreements is newest first, and closing a wallet ends them', async () => {
  const payer = await wallet('pages', { balanceMinor: 10n });
  const names = ['p1', 'p2', 'p3'];
  for (const name of names) await signing(payer, acquirer.offer(name).payload);
  const { walletId } = payer;
  const first = await listAgreements(office, { walletId, pageSize: 2, pageToken: '' });
  const second = await listAgreements(office, {
    ...{ walletId, pageSize: 2, pageToken: first.nextPageToken },
  });
  const ids = [...first.agreements, ...second.agreements].map(({ agreementId }) => agreementId);
  expect(ids).toEqual(names.map((name) => uuidFrom('agreement', name)).reverse());
  expect(second.nextPageToken).toBe('');
  const garbage = listAgreements(office, { walletId, pageSize: 2, pageToken: 'x' });
  expect(await reasonOf(garbage)).toBe('PAGE_TOKEN_INVALID');
  await moveFunds(office, { kind: 'withdrawal', walletId, requestId: 'all', amountMinor: 10n });
  await closeWallet(office, walletId);
  const closed = await listAgreements(office, { walletId, pageSize: 0, pageToken: '' });
  expect(closed.agreements.map(({ state }) => state)).toEqual(['ended', 'ended', 'ended']);
});
