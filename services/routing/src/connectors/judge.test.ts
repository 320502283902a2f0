import { ConfirmationState } from '@causeway/proto/connector';
import { expect, test } from 'vitest';
import { judgeAnswer, judgeReversal } from './judge.ts';

const PAYMENT_ID = '8f0c6f0e-0000-8000-8000-000000000007';
const said = (state: ConfirmationState, partnerReference = '') => ({
  ...{ paymentId: PAYMENT_ID, state, partnerReference, refusalCode: '' },
});

test.each([
  ['none', '', 'confirmed'],
  ['one', 'TXN 2026-03/17', 'confirmed'],
  ['the longest', 'r'.repeat(128), 'confirmed'],
  ['one that is too long to be told', 'r'.repeat(129), 'doubtful'],
  ['one that Postgres cannot keep', 'r\u0000', 'doubtful'],
  ['one of other letters', '参照', 'doubtful'],
])('a confirmation with a reference, %s', (_what, reference, kind) => {
  const answer = said(ConfirmationState.CONFIRMED, reference);
  expect(judgeAnswer(PAYMENT_ID, [], answer).kind).toBe(kind);
});

test.each([
  [ConfirmationState.REVERSED, true, 'undone'],
  [ConfirmationState.REFUSED, false, 'undone'],
  [ConfirmationState.REFUSED, true, 'unclear'],
  [ConfirmationState.CONFIRMED, true, 'charged'],
  [ConfirmationState.PENDING, true, 'unclear'],
])('a reversal answered with %i, after a confirmation: %s', (state, hasConfirmed, meaning) => {
  expect(judgeReversal(PAYMENT_ID, said(state), hasConfirmed)).toBe(meaning);
});
