export { liveAgreement } from '../../faults/src/lives/agreement.ts';
export { corrected, reconciled } from '../../faults/src/lives/corrections.ts';
export { type Cap, coverWhenOpen, openCap } from '../../faults/src/lives/cover.ts';
export { closeDay, filesAreWhole } from '../../faults/src/lives/day.ts';
export { disputedAndDecided, disputedInSilence } from '../../faults/src/lives/dispute.ts';
export { floatProved, floatSettled } from '../../faults/src/lives/float.ts';
export { type Mailbox, openMailbox } from '../../faults/src/lives/mailbox.ts';
export { crashes } from './crash.ts';
export { type Crowd, gather } from './crowd.ts';
