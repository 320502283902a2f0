export { minor, positionBecomes, positionOf, verifyBooks } from './books.ts';
export { type Knock, knocker } from './knock.ts';
export { type Mailbox, type Message, openMailbox } from './mailbox.ts';
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
export {
  confirm,
  confirmed,
  openOrder,
  scan,
  scanAndPay,
} from './scan.ts';
export { forgetScores } from './scores.ts';
export { newPartner, openMerchant, openShop, type Shop, seededShop } from './shop.ts';
export { until } from './until.ts';
export { acquirerOf, openDay } from './windows.ts';
export { openWorld, type World } from './world.ts';
