export { type BooksReport, minor, positionBecomes, positionOf, verifyBooks } from './books.ts';
export { bringBack } from './bring-back.ts';
export { type Collector, type ReceivedSpan, startCollector } from './collector.ts';
export { feedIsWhole } from './feed.ts';
export { holds, same } from './holds.ts';
export { insist, isPassing, PAUSE_MS } from './insist.ts';
export { type Knock, type Knocker, openKnocker } from './knock.ts';
export { type Mailbox, type Message, openMailbox } from './mailbox.ts';
export { ENDPOINTS, METHODS } from './methods.ts';
export { type OwnStack, startOwnStack, stateFolder, testStackOf } from './own-stack.ts';
export {
  charge,
  chargeOf,
  finalPayment,
  pay,
  readByRequest,
  readPayment,
  refund,
} from './pay.ts';
export { openPayer, type Payer } from './payer.ts';
export { choosePlainly } from './policy.ts';
export { field, invalid, type Method, reasonOf, refuser } from './refused.ts';
export { openRider, uploaded } from './rider.ts';
export {
  confirm,
  confirmed,
  openOrder,
  type Shown,
  scan,
  scanAndPay,
} from './scan.ts';
export { forgetScores } from './scores.ts';
export { newPartner, openMerchant, openShop, type Shop, seededShop } from './shop.ts';
export { until } from './until.ts';
export { acquirerOf, openDay } from './windows.ts';
export { type World, worldOf } from './world.ts';
