import { counter, gauge, histogram } from '@causeway/runtime';

/** Every answer to a command on a charge, by kind, state or refusal, and decline reason. */
export const charges = counter('causeway.wallet.charge.commands', {
  unit: '{command}',
  description: 'Commands on charges, by what they were answered.',
  attributes: ['command', 'outcome', 'reason'],
});

/** How well commands share commits. */
export const batchSize = histogram('causeway.wallet.charge.batch_size', {
  unit: '{command}',
  description: 'Commands per commit.',
  boundaries: [1, 2, 4, 8, 16, 32, 64, 128, 256],
});

export const openHolds = gauge('causeway.wallet.holds.open', {
  unit: '{hold}',
  description: 'Holds that are neither captured nor voided.',
});

/** Such money is neither the merchant's nor the user's until an operator has asked the switch. */
export const strandedHolds = gauge('causeway.wallet.holds.stranded', {
  unit: '{hold}',
  description: 'Holds that were taken over, more than an hour old; alert above 0.',
});

/** Rises where the switch does not take its holds over. */
export const expiredHolds = counter('causeway.wallet.holds.expired', {
  unit: '{hold}',
  description: 'Holds ended by their deadline.',
});

export const codesIssued = counter('causeway.wallet.codes.issued', {
  unit: '{code}',
  description: 'Payment codes made.',
});

export const boardsFetched = counter('causeway.wallet.rate_boards.fetched', {
  unit: '{board}',
  description: 'Rate boards asked of fx, by outcome.',
  attributes: ['outcome'],
});

/** Refusals say what apps scan and confirm; DEPENDENCY_UNAVAILABLE that the switch is away. */
export const acquiringCalls = counter('causeway.wallet.acquiring.calls', {
  unit: '{call}',
  description: 'Calls to acquiring on behalf of users, by operation and outcome.',
  attributes: ['operation', 'outcome'],
});

export const agreementsSigned = counter('causeway.wallet.agreements.signed', {
  unit: '{agreement}',
  description: 'Agreements signed.',
});

/** Rises while acquiring cannot be told; charges are decided here all the same. */
export const unreportedAgreements = gauge('causeway.wallet.agreements.unreported', {
  unit: '{agreement}',
  description: 'Agreements of whose latest state the acquirer has not been told.',
});

/** A proof whose bank balance differs by what nobody could name is not proven. */
export const floatProofs = counter('causeway.wallet.float.proofs', {
  unit: '{proof}',
  description: 'Proofs of the float recorded, by whether they left a difference.',
  attributes: ['proven'],
});

/** A difference that nobody could name means that money is missing, or too much of it. */
export const floatUnproven = gauge('causeway.wallet.float.unproven', {
  unit: '{proof}',
  description: '1 where the last proof of the float left a difference; alert above 0.',
});

/** A share below 100 says that losses or exposure have tightened the caps. */
export const grantsIssued = counter('causeway.wallet.transit.grants_issued', {
  unit: '{grant}',
  description: 'Transit grants signed, by the share of the caps that they got.',
  attributes: ['share'],
});

export const grantsDenied = counter('causeway.wallet.transit.grants_denied', {
  unit: '{grant}',
  description: 'Transit grants put on the deny list by their users or the switch, by reason.',
  attributes: ['reason'],
});
