import { CreatePaymentResponse, CreatePaymentsResponse } from '@causeway/proto/acquiring';
import { DeclineReason, Payment, PaymentState } from '@causeway/proto/common';
import { describe, expect, it } from 'vitest';
import { readStreamAnswer, readUnaryAnswer } from './answer.ts';
import { encodeRequest, unaryPart } from './wire.ts';

const PAYMENT_ID = '6f0c1a52-3f62-8b1d-9d3e-2b8f7a4c5d6e';

const PAYMENT = Payment.fromJSON({
  payment_id: PAYMENT_ID,
  payment_request_id: 'run-314',
  version: '2',
  state: 'PAYMENT_STATE_SUCCEEDED',
  partner_id: 'sakura',
  merchant: { merchant_id: 'm', display_name: 'Kumo Coffee', city: 'Tokyo' },
  payee_amount: { currency_code: 'JPY', amount_minor: '1280' },
  payer_amount: { currency_code: 'HKD', amount_minor: '1000000000000' },
  conversion: { rate: '19.9' },
  create_time: '2026-11-16T00:00:00Z',
});

const bytesOf = (payment: Payment) =>
  Buffer.from(CreatePaymentResponse.encode({ payment, replay: false }).finish());

describe('an answer', () => {
  it('is read as the whole decoder would read it', () => {
    const bytes = bytesOf(PAYMENT);
    const answer = readUnaryAnswer(bytes);
    expect(answer).toMatchObject({
      state: PaymentState.SUCCEEDED,
      payeeMinor: 1_280n,
      payerMinor: 1_000_000_000_000n,
    });
    const { paymentIdAt } = answer;
    expect(bytes.toString('latin1', paymentIdAt, paymentIdAt + 36)).toBe(PAYMENT_ID);
  });

  it('keeps nothing of the one before', () => {
    readUnaryAnswer(bytesOf(PAYMENT));
    const declined = { ...PAYMENT, state: PaymentState.DECLINED, payerAmount: undefined };
    const answer = readUnaryAnswer(
      bytesOf({ ...declined, declineReason: DeclineReason.CODE_EXPIRED }),
    );
    expect(answer).toMatchObject({
      state: PaymentState.DECLINED,
      declineReason: DeclineReason.CODE_EXPIRED,
      payerMinor: 0n,
    });
  });

  it('on a stream says which request it answers, or why that was refused', () => {
    const streamed = (outcome: CreatePaymentsResponse['outcome']) =>
      Buffer.from(CreatePaymentsResponse.encode({ paymentRequestId: 'run-314', outcome }).finish());
    const created = streamed({ $case: 'created', value: { payment: PAYMENT, replay: false } });
    expect(readStreamAnswer(created, 4)).toMatchObject({ number: 314, payeeMinor: 1_280n });
    const value = { code: 8, reason: 'OVERLOADED', message: 'm', fields: [], retryAfterMs: 9n };
    const refused = streamed({ $case: 'error', value });
    expect(readStreamAnswer(refused, 4)).toMatchObject({ number: 314, refusal: 'OVERLOADED' });
  });
});

describe('a request', () => {
  it('is on the stream what it is alone, in an envelope', () => {
    const request = {
      paymentRequestId: 'run-1',
      paymentCode: '852101021234567890123456',
      merchantId: 'm'.repeat(36),
      storeId: 's'.repeat(36),
      terminalId: 't'.repeat(36),
      payeeAmount: { currencyCode: 'JPY', amountMinor: 1_280n },
      orderDescription: '',
      agreementId: '',
    };
    const message = encodeRequest(request);
    expect(message.length).toBeGreaterThan(127);
    expect(message.subarray(-unaryPart(message).length)).toEqual(unaryPart(message));
    expect(message.length - unaryPart(message).length).toBe(3);
  });
});
