export { liveAgreement } from './agreement.ts';
export { bringBack } from './bring-back.ts';
export { type Collector, type ReceivedSpan, startCollector } from './collector.ts';
export { type Crash, crashAt } from './crash.ts';
export { type Crowd, gather } from './crowd.ts';
export { feedIsWhole } from './feed.ts';
export { insist } from './insist.ts';
export { type OwnStack, startOwnStack, stateFolder } from './own-stack.ts';
export { type Mailbox, openMailbox } from './webhooks.ts';
