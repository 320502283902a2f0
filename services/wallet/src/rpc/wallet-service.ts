import { WalletServiceService } from '@causeway/proto/wallet';
import { type Call, type Handlers, type Implementation, implement } from '@causeway/rpc';
import type { Clock } from '@causeway/runtime';
import type { AgreementOffice } from '../agreements/office.ts';
import type { CreateCode } from '../codes/create.ts';
import { moveFunds } from '../wallets/funds.ts';
import { getWallet } from '../wallets/get.ts';
import { listWallets } from '../wallets/list.ts';
import { openWallet } from '../wallets/open.ts';
import { listEntries } from '../wallets/statement.ts';
import { closeWallet, freezeWallet, unfreezeWallet } from '../wallets/status.ts';
import { changeTier } from '../wallets/tier.ts';
import type { AccessTokens } from '../wallets/token.ts';
import type { WalletView } from '../wallets/wallet.ts';
import { agreementHandlers } from './agreement-handlers.ts';
import { assertOurs } from './caller.ts';
import { doorOf } from './door.ts';
import { Fields } from './fields.ts';
import { paymentHandlers } from './payment-handlers.ts';
import { whileReachable } from './unavailable.ts';
import { entryMessage, walletMessage } from './wallet-message.ts';

/** What the handlers call. */
export interface WalletServiceParts {
  office: AgreementOffice;
  createCode: CreateCode;
  tokens: AccessTokens;
  tokenTtlSeconds: number;
  clock: Clock;
}

/** What wallet apps and the operator's back end call. */
export function walletService(parts: WalletServiceParts): Implementation {
  const { office } = parts;
  const { currencyCode } = office.rules.policy;
  const answer = async (work: () => Promise<WalletView>) => ({
    wallet: walletMessage(await whileReachable(work), currencyCode),
  });
  const door = doorOf(office.issuerId);
  const { named } = door;
  const fund = (
    kind: 'top_up' | 'withdrawal',
    request: Parameters<Handlers<typeof WalletServiceService>['topUp']>[0],
    call: Call,
  ) => {
    const { requestId, amount } = request;
    const walletId = named(request, call, (fields) => {
      fields.identifier('request_id', requestId);
      fields.payable('amount', amount, currencyCode);
    });
    const amountMinor = amount?.amountMinor ?? 0n;
    return answer(() => moveFunds(office, { kind, walletId, requestId, amountMinor }));
  };

  const handlers: Handlers<typeof WalletServiceService> = {
    ...agreementHandlers(office, door),
    ...paymentHandlers(office, door),
    openWallet(request, call) {
      assertOurs(call.identity, office.issuerId);
      const fields = new Fields();
      fields.identifier('request_id', request.requestId);
      fields.text('display_name', request.displayName, { max: 64 });
      fields.text('tier', request.tier, { max: 64 });
      fields.refuse();
      return answer(() => openWallet(office, request));
    },
    async createAccessToken(request, call) {
      const walletId = named(request, call);
      await whileReachable(() => getWallet(office, walletId));
      const expiresAtMs = expiryOf(parts);
      const token = parts.tokens.sign(walletId, expiresAtMs);
      return { token, expireTime: new Date(expiresAtMs) };
    },
    getWallet: (request, call) => answer(() => getWallet(office, named(request, call))),
    async listWallets(request, call) {
      assertOurs(call.identity, office.issuerId);
      const fields = new Fields();
      door.page(request)(fields);
      fields.refuse();
      const { wallets, nextPageToken } = await whileReachable(() => listWallets(office, request));
      return { wallets: wallets.map((each) => walletMessage(each, currencyCode)), nextPageToken };
    },
    freezeWallet: (request, call) => answer(() => freezeWallet(office, named(request, call))),
    unfreezeWallet: (request, call) => answer(() => unfreezeWallet(office, named(request, call))),
    closeWallet: (request, call) => answer(() => closeWallet(office, named(request, call))),
    changeTier(request, call) {
      const walletId = named(request, call, (fields) =>
        fields.text('tier', request.tier, { max: 64 }),
      );
      return answer(() => changeTier(office, { walletId, tier: request.tier }));
    },
    topUp: (request, call) => fund('top_up', request, call),
    withdraw: (request, call) => fund('withdrawal', request, call),
    async listStatementEntries(request, call) {
      named(request, call, door.page(request));
      const page = await whileReachable(() => listEntries(office, request));
      const entries = page.entries.map((entry) => entryMessage(entry, currencyCode));
      return { entries, nextPageToken: page.nextPageToken };
    },
    async createPaymentCode(request, call) {
      const { ttlSeconds } = request;
      const walletId = named(request, call, (fields) => {
        if (ttlSeconds < 0) fields.wrong('ttl_seconds', 'must not be below zero');
      });
      const { deadlineMs } = call;
      const { code, expiresAt, board } = await whileReachable(() =>
        parts.createCode({ walletId, ttlSeconds }, { deadlineMs }),
      );
      return { paymentCode: code, expireTime: expiresAt, rateBoard: board };
    },
  };
  return implement(WalletServiceService, handlers);
}

/** Tokens end at a whole second. */
function expiryOf({ clock, tokenTtlSeconds }: WalletServiceParts): number {
  return (Math.floor(clock.nowMs() / 1000) + tokenTtlSeconds) * 1000;
}
