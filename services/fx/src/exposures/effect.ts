import type { Money } from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { isUuid, laneOf } from '@causeway/runtime';

/** What one fact does to the open position of a pair. Amounts are signed minor units. */
export interface ExposureEffect {
  lane: number;
  factId: string;
  paymentId: string;
  /** The refund that it is the effect of, else the payment: each has one effect of a kind. */
  aboutId: string;
  version: bigint;
  kind: 'capture' | 'cancel' | 'refund';
  payerCurrency: string;
  payeeCurrency: string;
  /** What the switch owes the payee for it. */
  payeeMinor: bigint;
  /** What the payer owes for it at the payment's own middle rate: the markup is not at risk. */
  payerMinor: bigint;
  occurredAt: Date;
}

/**
 * Reads a fact. Undefined where it moves no position: nothing was captured or given back, or both
 * sides have one currency. Effects only add up, so that the order in which the facts of a payment
 * arrive changes no sum. Throws where the fact lacks what it should tell.
 */
export function effectOf(payload: Uint8Array): ExposureEffect | undefined {
  const { factId, version, occurTime, payment, kind } = PaymentFact.decode(payload);
  if (!isUuid(factId) || payment === undefined || kind === undefined || occurTime === undefined) {
    throw new Error('not a payment fact');
  }
  const { paymentId, payeeAmount, payerAmount, conversion } = payment;
  const lane = laneOf(paymentId);
  const told = { factId, paymentId, aboutId: paymentId, lane, version, occurredAt: occurTime };
  const whole = { payeeAmount, payerAmount, midPart: conversion?.midPart };
  switch (kind.$case) {
    case 'succeeded':
      return effect({ ...told, kind: 'capture' }, 1n, whole);
    case 'cancelled':
      return kind.value.wasCaptured ? effect({ ...told, kind: 'cancel' }, -1n, whole) : undefined;
    case 'refundSucceeded': {
      const { refund, midPart } = kind.value;
      if (refund === undefined) throw new Error('a refund fact without its refund');
      const about = { ...told, aboutId: refund.refundId };
      return effect({ ...about, kind: 'refund' }, -1n, { ...refund, midPart });
    }
    case 'declined':
    case 'cancelRequested':
    case 'refundAccepted':
      return undefined;
  }
}

type Told = Pick<
  ExposureEffect,
  'lane' | 'factId' | 'paymentId' | 'aboutId' | 'version' | 'kind' | 'occurredAt'
>;

interface Amounts {
  payeeAmount: Money | undefined;
  payerAmount: Money | undefined;
  midPart: Money | undefined;
}

function effect(
  told: Told,
  sign: bigint,
  { payeeAmount: payee, payerAmount: payer, midPart }: Amounts,
): ExposureEffect | undefined {
  if (payee === undefined || payer === undefined) throw new Error('the fact lacks an amount');
  if (payee.currencyCode === payer.currencyCode) return undefined;
  if (midPart?.currencyCode !== payer.currencyCode) {
    throw new Error("two currencies without a middle part in the payer's");
  }
  return {
    ...told,
    payerCurrency: payer.currencyCode,
    payeeCurrency: payee.currencyCode,
    payeeMinor: sign * payee.amountMinor,
    payerMinor: sign * midPart.amountMinor,
  };
}
