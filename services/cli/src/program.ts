import { buildName } from '@causeway/runtime';
import { Command } from 'commander';
import { adjustmentCommands } from './commands/adjustments.ts';
import { agreementCommands } from './commands/agreements.ts';
import { bookCommands } from './commands/books.ts';
import { certificateCommands } from './commands/certificates.ts';
import { clearingDayCommands } from './commands/clearing-days.ts';
import { clearingFileCommands } from './commands/clearing-files.ts';
import { codeCommands } from './commands/codes.ts';
import { coverCommands } from './commands/cover.ts';
import { directoryCommands } from './commands/directory.ts';
import { disputeCommands } from './commands/disputes.ts';
import { floatCommands } from './commands/float.ts';
import { issuerCommands } from './commands/issuers.ts';
import { merchantCodeCommands } from './commands/merchant-codes.ts';
import { orderCommands } from './commands/orders.ts';
import { parkedCommands } from './commands/parked.ts';
import { partnerCommands } from './commands/partners.ts';
import { paymentCommands } from './commands/payments.ts';
import { pendingCommands } from './commands/pending.ts';
import { policyCommands } from './commands/policies.ts';
import { probeCommands } from './commands/probe.ts';
import { projectionCommands } from './commands/projections.ts';
import { qrCommands } from './commands/qr.ts';
import { rateCommands } from './commands/rates.ts';
import { reconcileCommands } from './commands/reconcile.ts';
import { recoveryCommands } from './commands/recovery.ts';
import { refundCommands } from './commands/refunds.ts';
import { replayCommands } from './commands/replay.ts';
import { routeCommands } from './commands/routes.ts';
import { sandboxBankCommands } from './commands/sandbox-bank.ts';
import { settlementAgreementCommands } from './commands/settlement-agreements.ts';
import { stopCommands } from './commands/stops.ts';
import { transitCommands } from './commands/transit.ts';
import { treasuryCommands } from './commands/treasury.ts';
import { walletCommands } from './commands/wallet.ts';
import { watchCommands } from './commands/watch.ts';
import { webhookCommands } from './commands/webhooks.ts';
import { windowCommands } from './commands/windows.ts';

const HELP = `
A first payment, from a terminal beside "npm start":
  causeway board                                what a Hong Kong dollar buys
  causeway wallet list                          who can pay
  causeway merchants                            where
  causeway pay 1280 JPY --at Kumo --wallet Mei  a code is made and charged
  causeway wallet statement Mei                 what the payer sees
  causeway positions                            what the switch owes the acquirer
  causeway books verify                         that all of it is true

"causeway" stands for "npm run causeway --". Amounts are major units with a currency, in either
order: "1280 JPY", "HKD 64.21". Wallets and merchants go by id, name, or first letters.

Exit codes: 0 done; 1 refused, declined or a check failed; 2 not understood; 3 not available.
`;

/** The whole command line. */
export function buildProgram(): Command {
  const program = new Command('causeway')
    .description('The command line of a running Causeway stack.')
    .option('--json', 'answer one JSON object, on the last line')
    .option('--as <caller>', 'whose certificate to show: ops, a wallet operator, or a partner')
    .option('--state <dir>', "the stack's state folder; CAUSEWAY_STATE or .causeway unless given")
    .version(buildName(), '--version', 'what this was made from: the release and its commit')
    .exitOverride()
    .showHelpAfterError('(add --help to see how it is used)')
    .addHelpText('after', HELP);
  paymentCommands(program);
  pendingCommands(program);
  recoveryCommands(program);
  parkedCommands(program);
  probeCommands(program);
  projectionCommands(program);
  refundCommands(program);
  orderCommands(program);
  merchantCodeCommands(program);
  agreementCommands(program);
  codeCommands(program);
  rateCommands(program);
  walletCommands(program);
  floatCommands(program);
  adjustmentCommands(program);
  disputeCommands(program);
  watchCommands(program);
  webhookCommands(program);
  directoryCommands(program);
  issuerCommands(program);
  partnerCommands(program);
  stopCommands(program);
  routeCommands(program);
  policyCommands(program);
  replayCommands(program);
  windowCommands(program);
  reconcileCommands(program);
  sandboxBankCommands(program);
  bookCommands(program);
  clearingDayCommands(program);
  treasuryCommands(program);
  clearingFileCommands(program);
  coverCommands(program);
  certificateCommands(program);
  settlementAgreementCommands(program);
  qrCommands(program);
  transitCommands(program);
  return program;
}
