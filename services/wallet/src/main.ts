import { readFile } from 'node:fs/promises';
import { isDatabaseAway, startDatabase, togetherByLane } from '@causeway/db';
import { openAccounts } from '@causeway/ledger';
import { Probe, probeService } from '@causeway/probe';
import { PayerServiceService } from '@causeway/proto/acquiring';
import { FxServiceService } from '@causeway/proto/fx';
import { connect, listening, readTls, serve } from '@causeway/rpc';
import { type Running, type Runtime, Secret } from '@causeway/runtime';
import { distribution } from '../migrations/distribution.ts';
import { migrations } from '../migrations/index.ts';
import { ACQUIRING_TIMEOUT_MS, acquiringBy } from './acquiring.ts';
import { agreementLanes } from './agreements/lanes.ts';
import { agreementReporter, startReporting } from './agreements/report.ts';
import { revokeAgreement } from './agreements/revoke.ts';
import { chargeDesk } from './charges/desk.ts';
import { chargeExecutor, chargeRows } from './charges/execute.ts';
import { getCharge } from './charges/store.ts';
import { startSweeper } from './charges/sweep.ts';
import { chartOf } from './chart.ts';
import { RateBoards } from './codes/boards.ts';
import { codeMaker } from './codes/create.ts';
import { startPurge } from './codes/purge.ts';
import type { WalletConfig } from './config.ts';
import { REASONS } from './errors.ts';
import { startDays, stateYesterday } from './float/days.ts';
import { DEFAULT_POLICY } from './limits/default-policy.ts';
import { type Policy, parsePolicy } from './limits/policy.ts';
import { walletChecks } from './probe/checks.ts';
import { listTaken } from './probe/list-taken.ts';
import {
  floatService,
  issuerService,
  tokenVerifier,
  transitService,
  walletService,
} from './rpc.ts';
import { reportMisuse } from './transit/deny.ts';
import { exposureWatch } from './transit/exposure.ts';
import { grantHolders } from './transit/holders.ts';
import { ensureKey } from './transit/keys.ts';
import { lossWallets } from './transit/losses.ts';
import { sealOf } from './transit/seal.ts';
import { transitTrust } from './transit/trust.ts';
import { accessTokens, parseTokenKeys } from './wallets/token.ts';

const FX_TIMEOUT_MS = 2_000;

/** Migrates, opens the house accounts and serves. Throws where any of it fails. */
export async function start(config: WalletConfig, hostRuntime: Runtime): Promise<Running> {
  const policy = await readPolicy(config.policyFile);
  const rules = { policy, chart: chartOf(policy.currencyCode) };
  const tls = readTls(config.tlsDir);

  const { db, clock, runtime } = await startDatabase(config, migrations, hostRuntime, distribution);
  await db.transaction((tx) => openAccounts(tx, rules.chart.houseAccounts()));
  // Before anything can move: what is there now is what was there when this service was stopped.
  await stateYesterday(db, rules);

  const fx = connect(FxServiceService, {
    ...{ runtime, tls, address: config.fxAddress },
    mode: 'unary',
    defaultDeadlineMs: FX_TIMEOUT_MS,
  });
  const askForBoard = { payerCurrencyCode: policy.currencyCode, rateBoardId: '' };
  const fetchBoard = async () => (await fx.getRateBoard(askForBoard)).rateBoard;
  const boards = new RateBoards(db, fetchBoard, runtime);
  const createCode = codeMaker(db, boards, runtime, {
    prefix: config.codePrefix,
    hashKey: config.codeHashKey,
    ttlSeconds: policy.codeTtlSeconds,
  });

  const switchClient = connect(PayerServiceService, {
    ...{ runtime, tls, address: config.acquiringAddress },
    mode: 'unary',
    defaultDeadlineMs: ACQUIRING_TIMEOUT_MS,
  });
  const ask = acquiringBy(switchClient);
  const reporter = agreementReporter(db, ask, config.issuerId);
  const lanes = agreementLanes(db, runtime);
  const findHolder = grantHolders(db, runtime);

  const desk = chargeDesk(
    chargeExecutor(chargeRows(db, rules), rules),
    runtime,
    togetherByLane(db, ({ lane }) => lane),
  );
  const stopSweeper = startSweeper(db, desk, runtime);
  const stopPurge = startPurge(db, runtime);
  const stopReporting = startReporting(db, reporter, runtime);
  const stopDays = startDays(db, rules, runtime);

  const probe = new Probe({
    ...{ runtime, checks: walletChecks(db), budgetMs: config.probeBudgetMs },
    everyMs: config.probeSeconds * 1_000,
  });
  probe.start();

  const tokens = accessTokens(parseTokenKeys(config.tokenKeys, (key) => new Secret(key)));
  const office = { db, rules, issuerId: config.issuerId, ask, reporter };
  const seal = sealOf(config.transitKeySecret);
  const transit = { ...office, seal, exposure: exposureWatch(db, policy, runtime) };
  if (seal !== undefined) await db.transaction(ensureKey);
  const { tokenTtlSeconds, codeHashKey } = config;
  const reading = { issuerId: config.issuerId, currencyCode: policy.currencyCode, codeHashKey };
  const server = await serve({
    ...{ runtime, tls, reasons: REASONS, isAway: isDatabaseAway },
    ...listening(config),
    appPort: config.appPort,
    services: [
      walletService({ office, createCode, tokens, tokenTtlSeconds, clock }),
      issuerService({
        ...{ desk, lanes, findHolder, reading, lossWalletOf: lossWallets(office) },
        chargeOf: (key) => getCharge(db, key),
        revoke: (agreementId) => revokeAgreement(office, agreementId),
        taken: (request) => listTaken(db, policy.currencyCode, request),
        trustAfter: transitTrust(transit),
        reportMisuse: (grantId, misuse) => reportMisuse(office, grantId, misuse),
      }),
      transitService(transit, clock),
      floatService(office),
      probeService(probe),
    ],
    verifyToken: tokenVerifier(tokens, clock),
  });
  return {
    port: server.port,
    appPort: server.appPort,
    async drain() {
      await server.drain();
      stopSweeper();
      stopPurge();
      stopReporting();
      stopDays();
      await probe.stop();
      await desk.drain();
      fx.close();
      switchClient.close();
      clock.stop();
      await db.close();
    },
  };
}

async function readPolicy(file: string | undefined): Promise<Policy> {
  if (file === undefined) return parsePolicy(DEFAULT_POLICY);
  return parsePolicy(JSON.parse(await readFile(file, 'utf8')));
}
