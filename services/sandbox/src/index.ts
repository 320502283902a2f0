export { type Chance, chanceFrom, pick, wholeBetween } from './chance.ts';
export { type Place, placesOf } from './places.ts';
export { OPERATOR_ID, seedWorld } from './seed/seed.ts';
export type { Answer, AnswerSink } from './traffic/answers.ts';
export { runTraffic, type TrafficOptions, type TrafficTotals } from './traffic/run.ts';
export { ACQUIRERS, type SeededAcquirer } from './world/acquirers.ts';
export { ISSUER, ISSUERS, SECOND_ISSUER } from './world/issuers.ts';
export { MARKET_CURRENCIES } from './world/reference.ts';
export { WEBHOOK_RECEIVER } from './world/servers.ts';
