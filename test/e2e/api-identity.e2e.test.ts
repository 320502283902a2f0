import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Caller as CertificateOwner, issueCertificates } from '@causeway/deploy-local';
import { type CallerKindName, METHOD_ACCESS } from '@causeway/proto/access';
import { AcquiringServiceService, MerchantServiceService } from '@causeway/proto/acquiring';
import { PaymentState } from '@causeway/proto/common';
import { FxServiceService } from '@causeway/proto/fx';
import { SettlementServiceService } from '@causeway/proto/settlement';
import { GetWalletRequest, WalletServiceService } from '@causeway/proto/wallet';
import { readTls } from '@causeway/rpc';
import { ISSUER } from '@causeway/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  chargeOf,
  ENDPOINTS,
  type Knock,
  knocker,
  METHODS,
  newPartner,
  openPayer,
  openShop,
  openWorld,
  pay,
  positionBecomes,
  readPayment,
  reasonOf,
  refund,
} from './support/index.ts';

const world = openWorld();
const knock = knocker(world);

const DENIED = { code: 'PERMISSION_DENIED', reason: 'CALLER_NOT_ALLOWED' };
const SCOPE_MISSING = { code: 'PERMISSION_DENIED', reason: 'SCOPE_MISSING' };
const NOBODY = { code: 'UNAUTHENTICATED', reason: 'CALLER_UNKNOWN' };

describe('every method refuses each kind of caller that it does not name', () => {
  const ONE_OF: Record<Exclude<CallerKindName, 'wallet'>, string> = {
    partner: 'sakura',
    service: 'sandbox',
    operator: 'ops',
    issuer: ISSUER.id,
  };

  test('the table names every method that there is', () => {
    expect(new Set(METHODS.map(({ path }) => path))).toEqual(new Set(Object.keys(METHOD_ACCESS)));
    const internal = METHODS.filter(({ callers }) => callers.join() === 'service');
    expect(internal.length).toBeGreaterThan(15);
  });

  test.each(Object.entries(ONE_OF))('a %s', async (kind, as) => {
    const barred = METHODS.filter(({ callers }) => !callers.includes(kind as CallerKindName));
    expect(barred.length).toBeGreaterThan(10);
    const answers = await Promise.all(barred.map(({ path, at }) => knock({ as, at, path })));
    const wrong = answers.flatMap(({ code, reason }, n) =>
      code === DENIED.code && reason === DENIED.reason
        ? []
        : [`${barred[n]?.at} ${barred[n]?.path}: ${code} ${reason}`],
    );
    expect(wrong).toEqual([]);
  });

  test('a wallet app, on its port', async () => {
    const payer = await openPayer(world, { balanceMinor: 0n });
    const authorization = await bearerOf(payer.walletId);
    const barred = METHODS.filter(
      ({ at, callers }) => at === 'wallet' && !callers.includes('wallet'),
    );
    expect(barred.length).toBeGreaterThan(15);
    for (const { path } of barred) {
      expect(await knock({ ...APP, path, authorization }), path).toMatchObject(DENIED);
    }
  });
});

describe('certificates', () => {
  const { path } = FxServiceService.getRateBoard;
  const bytes = FxServiceService.getRateBoard.requestSerialize({
    ...{ payerCurrencyCode: 'HKD', rateBoardId: '' },
  });
  const call: Omit<Knock, 'as'> = { at: 'fx', path, bytes };
  let stranger: (id: string) => ReturnType<typeof readTls>;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'causeway-other-authority-'));
    const parties: CertificateOwner[] = [
      { kind: 'partner', id: 'sakura' },
      { kind: 'service', id: 'routing' },
    ];
    await issueCertificates(folder, parties);
    afterAll(() => rmSync(folder, { recursive: true }));
    stranger = (id) => readTls(join(folder, id));
  });

  const authority = () => readTls(join(world.stack.certs, 'sakura')).ca;

  test('one of the right authority is let in', async () => {
    expect(await knock({ ...call, as: 'sakura' })).toMatchObject({ code: 'OK' });
  });

  test('without one nobody gets in anywhere', async () => {
    for (const at of ENDPOINTS) {
      const answer = await knock({ ...call, at, as: { ca: authority() } });
      expect(answer.code, at).toBe('UNAVAILABLE');
    }
  });

  test('one of another authority is worth nothing, whatever it says', async () => {
    for (const id of ['sakura', 'routing']) {
      for (const at of ENDPOINTS) {
        const { cert, key } = stranger(id);
        const answer = await knock({ ...call, at, as: { ca: authority(), cert, key } });
        expect(answer.code, `${id} at ${at}`).toBe('UNAVAILABLE');
      }
    }
  });

  test('an answer of another authority is not believed', async () => {
    const { cert, key } = readTls(join(world.stack.certs, 'sakura'));
    const answer = await knock({ ...call, as: { ca: stranger('sakura').ca, cert, key } });
    expect(answer.code).toBe('UNAVAILABLE');
  });

  test('a token does not stand in for a certificate where one is asked for', async () => {
    const authorization = await bearerOf((await openPayer(world)).walletId);
    const answer = await knock({ ...call, at: 'wallet', as: { ca: authority() }, authorization });
    expect(answer.code).toBe('UNAVAILABLE');
  });

  test('a partner that no operator has entered is refused', async () => {
    const unknown = await newPartner(world, world.id('u').slice(0, 20));
    const { path: listing } = AcquiringServiceService.listPayments;
    const { path: watching } = AcquiringServiceService.watchPayments;
    const { path: merchants } = MerchantServiceService.listMerchants;
    for (const asked of [listing, watching, merchants]) {
      const answer = await knock({ as: unknown.id, at: 'acquiring', path: asked });
      expect(answer).toMatchObject({ code: 'PERMISSION_DENIED', reason: 'PARTNER_UNKNOWN' });
    }
    const partner = { partnerId: unknown.id, displayName: 'New', countryCode: 'JP' };
    await world.ops.partners.putPartner({ partner });
    const page = { pageSize: 0, pageToken: '', merchantId: '', state: 0 };
    expect(await unknown.payments.listPayments(page)).toMatchObject({ payments: [] });
  });

  test('the back end of another wallet operator has no say over these wallets', async () => {
    const id = world.id('i').slice(0, 20);
    await issueCertificates(world.stack.certs, [{ kind: 'issuer', id }]);
    const { walletId } = await openPayer(world);
    const request = GetWalletRequest.encode({ walletId }).finish();
    const { getWallet, listWallets, topUp } = WalletServiceService;
    const asked = { as: id, at: 'wallet' };
    const read = await knock({ ...asked, path: getWallet.path, bytes: request });
    expect(read).toMatchObject(DENIED);
    expect(await knock({ ...asked, path: listWallets.path })).toMatchObject(DENIED);
    const amount = { currencyCode: 'HKD', amountMinor: 1n };
    const movement = topUp.requestSerialize({ walletId, requestId: 'x', amount });
    expect(await knock({ ...asked, path: topUp.path, bytes: movement })).toMatchObject(DENIED);
  });
});

describe('scopes', () => {
  test('only the liquidity provider may publish rates, and it may do nothing else at fx', async () => {
    const { publishRates, createQuote } = FxServiceService;
    const as = 'sakura';
    const refused = await knock({ as, at: 'fx', path: publishRates.path });
    expect(refused).toMatchObject(SCOPE_MISSING);
    const provider = { as: 'lp-harbour', at: 'fx' };
    const empty = publishRates.requestSerialize({ updates: [] });
    const taken = await knock({ ...provider, path: publishRates.path, bytes: empty });
    expect(taken.code).toBe('OK');
    expect(await knock({ ...provider, path: createQuote.path })).toMatchObject(SCOPE_MISSING);
  });
});

describe('wallet tokens', () => {
  const { getWallet, createPaymentCode } = WalletServiceService;

  test('open their own wallet, and no other', async () => {
    const [mine, theirs] = await Promise.all([openPayer(world), openPayer(world)]);
    const authorization = await bearerOf(mine.walletId);
    const ask = (walletId: string) =>
      knock({
        ...{ ...APP, path: getWallet.path, authorization },
        bytes: getWallet.requestSerialize({ walletId }),
      });
    expect((await ask(mine.walletId)).code).toBe('OK');
    const unknown = { code: 'NOT_FOUND', reason: 'WALLET_UNKNOWN' };
    expect(await ask(theirs.walletId)).toMatchObject(unknown);
    const { walletId } = theirs;
    expect(await reasonOf(mine.app.wallets.createPaymentCode({ walletId, ttlSeconds: 0 }))).toBe(
      'WALLET_UNKNOWN',
    );
    const page = { walletId, pageSize: 0, pageToken: '' };
    expect(await reasonOf(mine.app.wallets.listStatementEntries(page))).toBe('WALLET_UNKNOWN');
  });

  test('absent or forged open nothing', async () => {
    const [mine, theirs] = await Promise.all([openPayer(world), openPayer(world)]);
    const bytes = createPaymentCode.requestSerialize({ walletId: mine.walletId, ttlSeconds: 0 });
    const knockWith = (authorization?: string) =>
      knock({
        ...{ ...APP, path: createPaymentCode.path, bytes },
        ...(authorization === undefined ? {} : { authorization }),
      });
    const good = await bearerOf(mine.walletId);
    const other = await bearerOf(theirs.walletId);
    const [version, key, payload = '', signature = ''] = good.slice('Bearer '.length).split('.');
    const [, , , othersSignature] = other.slice('Bearer '.length).split('.');
    const token = (...parts: (string | undefined)[]) => `Bearer ${parts.join('.')}`;
    const longer = Buffer.from(payload, 'base64url');
    longer.writeBigUInt64BE(2n ** 62n, longer.length - 8);
    const forged = [
      undefined,
      'Bearer ',
      'Bearer nonsense',
      good.replace('Bearer', 'Basic'),
      token(version, key, payload),
      token(version, key, payload, ''),
      token(version, key, payload, othersSignature),
      token(version, key, longer.toString('base64url'), signature),
      token(version, 'other', payload, signature),
      token('w2', key, payload, signature),
      token(version, key, payload, signature, 'x'),
      token(version, key, payload, signature.slice(0, -4)),
    ];
    for (const authorization of forged) {
      expect(await knockWith(authorization), String(authorization)).toMatchObject(NOBODY);
    }
    expect((await knockWith(good)).code).toBe('OK');
  });
});

describe('partners see only what is theirs', () => {
  test('payments, refunds, merchants, positions', async () => {
    const [mine, theirs, payer] = await Promise.all([
      openShop(world),
      openShop(world),
      openPayer(world),
    ]);
    const payment = await pay(world, payer, theirs, 2_000n);
    const made = await refund(world, theirs, payment, 500n);
    const { paymentId, paymentRequestId } = payment;
    const { refundRequestId } = made;
    const { payments, merchants, settlement } = mine.partner;
    const { merchantId } = theirs;
    const yen = { currencyCode: 'JPY', amountMinor: 100n };
    const code = await payer.code();
    const calls: [string, () => Promise<unknown>][] = [
      [
        'PAYMENT_UNKNOWN',
        () => payments.getPayment({ key: { $case: 'paymentId', value: paymentId } }),
      ],
      [
        'PAYMENT_UNKNOWN',
        () => payments.getPayment({ key: { $case: 'paymentRequestId', value: paymentRequestId } }),
      ],
      ['PAYMENT_UNKNOWN', () => payments.getRefund({ paymentId, refundRequestId })],
      ['PAYMENT_UNKNOWN', () => payments.listRefunds({ paymentId, pageSize: 0, pageToken: '' })],
      [
        'PAYMENT_UNKNOWN',
        () =>
          payments.createRefund({ paymentId, refundRequestId: 'x', payeeAmount: yen, reason: '' }),
      ],
      ['MERCHANT_UNKNOWN', () => merchants.getMerchant({ merchantId })],
      ['MERCHANT_UNKNOWN', () => merchants.setMerchantActive({ merchantId, active: false })],
      [
        'MERCHANT_UNKNOWN',
        () => merchants.createStore({ merchantId, requestId: 'x', displayName: 'X' }),
      ],
      [
        'MERCHANT_UNKNOWN',
        () => payments.createPayment(chargeOf(world, { ...mine, merchantId }, code, 100n)),
      ],
    ];
    for (const [reason, call] of calls) expect(await reasonOf(call())).toBe(reason);

    const position = { captured: 2_000n, refunded: 500n };
    await positionBecomes(theirs.partner, 'JPY', position);
    const seen = await Promise.all(
      ['', mine.partner.id, theirs.partner.id, ISSUER.id].map((participantId) =>
        settlement.listPositions({ participantId }),
      ),
    );
    expect(seen).toEqual(seen.map(() => ({ positions: [] })));
    const { positions } = await theirs.partner.settlement.listPositions({ participantId: '' });
    expect(positions.map(({ participantId }) => participantId)).toEqual([theirs.partner.id]);
    const { positions: ofIssuer } = await world.issuer.settlement.listPositions({
      participantId: '',
    });
    expect(new Set(ofIssuer.map(({ participantId }) => participantId))).toEqual(
      new Set([ISSUER.id]),
    );
  });

  test("a cancel under another's request id blocks only the caller's own payment", async () => {
    const [mine, theirs, payer] = await Promise.all([
      openShop(world),
      openShop(world),
      openPayer(world),
    ]);
    const payment = await pay(world, payer, theirs, 2_000n);
    const { paymentRequestId } = payment;
    const cancelled = await mine.partner.payments.cancelPayment({ paymentRequestId });
    expect(cancelled.payment).toMatchObject({
      state: PaymentState.CANCELLED,
      partnerId: mine.partner.id,
    });
    expect(await readPayment(theirs, payment.paymentId)).toEqual(payment);
  });

  test('the books are for operators', async () => {
    const { listAccounts, listPaymentTransfers } = SettlementServiceService;
    for (const { path } of [listAccounts, listPaymentTransfers]) {
      expect(await knock({ as: 'sakura', at: 'settlement', path })).toMatchObject(DENIED);
    }
    const { accounts } = await world.ops.settlement.listAccounts({});
    expect(accounts.length).toBeGreaterThan(0);
  });
});

/** Knocks at the port for apps, without a certificate. */
const APP = {
  at: 'wallet_app',
  as: { ca: readTls(join(world.stack.certs, ISSUER.id)).ca },
};

async function bearerOf(walletId: string): Promise<string> {
  return `Bearer ${(await world.issuer.wallets.createAccessToken({ walletId })).token}`;
}
