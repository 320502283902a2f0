/** What somebody at a terminal can do about a reason. */
const ADVICE: Readonly<Record<string, string>> = {
  CALLER_NOT_ALLOWED:
    'another identity may: --as ops, --as harbour-wallet, or a partner such as --as sakura',
  SCOPE_MISSING: 'another identity may: see --as',
  EFFECTIVE_DATE_PASSED: 'let it begin on a later day: a closed one never changes',
  CURRENCY_UNKNOWN: '"causeway board" shows the currencies',
  CURRENCY_UNSUPPORTED: '"causeway board" shows the currencies that are converted',
  DEPENDENCY_UNAVAILABLE: 'nothing was recorded: repeat it in a moment',
  IDEMPOTENCY_KEY_REUSED:
    'this --id names an earlier request with other content, such as another code: choose another',
  REQUEST_ID_REUSED: 'this --id names an earlier request with other content: choose another',
  INSUFFICIENT_FUNDS: '"causeway wallet topup <wallet> 500 HKD" puts money in',
  LIMIT_BALANCE: '"causeway wallet show <wallet>" shows what its tier may hold',
  MERCHANT_UNKNOWN: '"causeway merchants" lists them; a partner sees only its own',
  MERCHANT_CODE_UNKNOWN: '"causeway merchant-code list <merchant>" lists them',
  ADJUSTMENT_UNKNOWN: '"causeway adjustment list" lists them',
  ANSWER_PENDING: '"causeway dispute show <dispute>" shows until when the acquirer has time',
  DEADLINE_PASSED: '"causeway dispute show <dispute>" shows where it stands',
  DISPUTE_OPEN: '"causeway dispute list --payment <payment>" shows it',
  DISPUTE_UNKNOWN: '"causeway dispute list" lists them; a participant sees only its own',
  DISPUTE_EXCEEDS_PAYMENT: '"causeway refunds <payment>" shows what was given back already',
  PAYMENT_NOT_BOOKED: 'a payment is booked a moment after it succeeded',
  COVER_EXHAUSTED: '"causeway cover list" shows what is used and left',
  COVER_IN_USE: '"causeway cover list" shows what is used and left',
  DAY_NOT_STATED: '"causeway float show" lists the days that were stated',
  NO_FRESH_RATE: '"causeway rates --sources" shows which prices are stale',
  OVERLOADED: 'repeat it in a moment',
  PARKED_FACT_UNKNOWN: '"causeway parked list" shows what is parked',
  PRICING_STOPPED: '"causeway stop list" shows the stop, "causeway probe" whether books are broken',
  PAYMENT_NOT_SUCCEEDED: '"causeway get <payment>" shows where it stands',
  PAYMENT_REFUNDED: 'refund the rest instead of cancelling',
  PAYMENT_UNKNOWN:
    '"causeway list" shows payments; a cancel that shall come first needs --as <partner>',
  POLICY_UNKNOWN: '"causeway policy list" shows the versions',
  ROUTE_UNKNOWN: '"causeway routes" lists them',
  NOT_ROUTED: 'it was declined before: "causeway get <payment>" tells the reason',
  SIMULATION_IN_PROGRESS: 'repeat it when the other one is over',
  REFUND_EXCEEDS_PAYMENT: '"causeway refunds <payment>" shows what was given back already',
  AGREEMENT_UNKNOWN:
    '"causeway agreement show <agreement>" shows one; it is charged once it is signed',
  AGREEMENT_ENDED: 'only a new offer can be signed: causeway agreement offer <merchant> --for …',
  AGREEMENT_TAKEN: 'only a new offer can be signed: causeway agreement offer <merchant> --for …',
  ARREARS_OPEN: '"causeway wallet topup <wallet> 500 HKD" pays what the wallet owes first',
  QUOTE_INVALID: 'the price is over: scan it again',
  CANCEL_TOO_LATE: 'refund it instead: causeway refund <payment> all',
  CANCEL_IN_PROGRESS: 'the cancel was accepted: ask again with "causeway get <payment>"',
  STOP_UNKNOWN: '"causeway stop list" shows what is stopped',
  TIER_UNKNOWN: 'the tiers are unverified, intermediate and advanced',
  UNAVAILABLE: 'is the stack up? "npm start" starts it; its logs are in the state folder',
  TOO_MANY_OPEN_ORDERS: 'it goes on as orders are paid, closed or expire: "causeway order close"',
  WALLET_FROZEN: '"causeway wallet unfreeze <wallet>" ends a freeze',
  WALLET_NOT_EMPTY: '"causeway wallet withdraw <wallet> <amount>" empties it',
  WALLET_UNKNOWN: '"causeway wallet list" lists them',
};

/** Advice for a reason; empty where there is none to give. */
export function adviceFor(reason: string): string {
  return ADVICE[reason] ?? '';
}
