import { type Conversion, PaymentMethod } from '@causeway/proto/common';
import {
  type ChargeRequest,
  ChargeTerms,
  type HoldRequest,
  type Payer,
  type RefundRequest,
  type TransitTap,
} from '@causeway/proto/wallet';
import { isUuid, laneOf, type Secret } from '@causeway/runtime';
import type {
  ChargeKey,
  DebitCommand,
  PayerReference,
  RefundCommand,
  Tap,
  Terms,
} from '../charges/command.ts';
import { hashCode, laneOfCode } from '../codes/code.ts';
import { tapPaymentId } from '../transit/payment-id.ts';
import { Fields } from './fields.ts';

/** What requests are read with. */
export interface Reading {
  /** Which wallet operator this is. */
  issuerId: string;
  /** The currency of every wallet. */
  currencyCode: string;
  codeHashKey: Secret;
}

const CODE = /^\d{17,24}$/;
const MAX_TERMS_BYTES = 4_096;
const MAX_HOLD_TTL_SECONDS = 600;

/** Reads Charge and Hold. Throws a Refusal FIELD_INVALID or AMOUNT_INVALID. */
export function debitCommand(
  kind: DebitCommand['kind'],
  request: ChargeRequest | HoldRequest,
  reading: Reading,
): DebitCommand {
  const fields = new Fields();
  const { paymentId, payer } = request;
  fields.uuid('payment_id', paymentId);
  const reference = payer?.reference;
  if (reference?.$case === 'paymentCode') {
    fields.matches('payer.payment_code', reference.value, CODE, 'must be 17 to 24 digits');
  }
  const lane = laneOfPayer(fields, payer);
  const amountMinor = fields.payable('payer_amount', request.payerAmount, reading.currencyCode);
  const terms = termsOf(fields, request.terms, reading);
  const isRide = reference?.$case === 'transitTap';
  if (isRide) checkRide(fields, kind, paymentId, reference.value, reading);
  else fields.required('expire_time', request.expireTime);
  const holdTtlSeconds = 'holdTtlSeconds' in request ? request.holdTtlSeconds : 0;
  if (kind === 'hold') fields.within('hold_ttl_seconds', holdTtlSeconds, 1, MAX_HOLD_TTL_SECONDS);
  fields.refuse();
  const expiresAtMs = isRide ? Number.POSITIVE_INFINITY : (request.expireTime?.getTime() ?? 0);
  const payerReference = referenceOf(payer, reading.codeHashKey);
  return {
    kind,
    lane,
    paymentId,
    payer: payerReference,
    amountMinor,
    terms,
    expiresAtMs,
    holdTtlSeconds,
  };
}

/** A tap is debited once because its payment's id is its own, whoever asks for it. */
function checkRide(
  fields: Fields,
  kind: DebitCommand['kind'],
  paymentId: string,
  tap: TransitTap,
  { issuerId }: Reading,
): void {
  if (kind !== 'charge') fields.wrong('payer.transit_tap', 'can only be charged');
  if (tap.counter < 1) fields.wrong('payer.transit_tap.counter', 'must be 1 or more');
  if (tap.lossId !== '') fields.uuid('payer.transit_tap.loss_id', tap.lossId);
  if (paymentId === tapPaymentId(issuerId, tapOf(tap))) return;
  fields.wrong('payment_id', 'must be the one that follows from the tap');
}

function tapOf({ grantId, counter, lossId }: TransitTap): Tap {
  return { grantId, counter, lossId: lossId === '' ? undefined : lossId };
}

/** Reads what names a charge. Any text is a code here: the fence must find what was refused. */
export function chargeKey(request: { paymentId: string; payer: Payer | undefined }): ChargeKey {
  const fields = new Fields();
  fields.uuid('payment_id', request.paymentId);
  const lane = laneOfPayer(fields, request.payer);
  fields.refuse();
  return { lane, paymentId: request.paymentId };
}

/** Reads Refund. Throws a Refusal FIELD_INVALID or AMOUNT_INVALID. */
export function refundCommand(request: RefundRequest, reading: Reading): RefundCommand {
  const fields = new Fields();
  const { refundId, paymentId, payeeAmount } = request;
  fields.uuid('refund_id', refundId);
  fields.uuid('payment_id', paymentId);
  const lane = laneOfPayer(fields, request.payer);
  const amountMinor = fields.creditable('payer_amount', request.payerAmount, reading.currencyCode);
  fields.creditable('payee_amount', payeeAmount);
  fields.refuse();
  const payee = payeeAmount ?? { currencyCode: '', amountMinor: 0n };
  return { kind: 'refund', lane, refundId, paymentId, amountMinor, payee };
}

function laneOfPayer(fields: Fields, payer: Payer | undefined): number {
  const reference = payer?.reference;
  if (reference === undefined) {
    fields.wrong('payer', 'is required');
    return 0;
  }
  if (reference.$case === 'paymentCode') {
    fields.text('payer.payment_code', reference.value, { max: 64 });
    return laneOfCode(reference.value);
  }
  const [field, id] = namedBy(reference);
  fields.uuid(field, id);
  // Of an agreement it is only where to look if nobody has signed it; `charge-place.ts` knows.
  return isUuid(id) ? laneOf(id) : 0;
}

type Reference = NonNullable<Payer['reference']>;

function namedBy(reference: Exclude<Reference, { $case: 'paymentCode' }>): [string, string] {
  switch (reference.$case) {
    case 'agreementId':
      return ['payer.agreement_id', reference.value];
    case 'walletId':
      return ['payer.wallet_id', reference.value];
    case 'transitTap':
      return ['payer.transit_tap.grant_id', reference.value.grantId];
  }
}

function referenceOf(payer: Payer | undefined, key: Secret): PayerReference {
  const reference = payer?.reference;
  if (reference?.$case === 'paymentCode') return { codeHash: hashCode(key, reference.value) };
  if (reference?.$case === 'agreementId') return { agreementId: reference.value };
  if (reference?.$case === 'transitTap') return { tap: tapOf(reference.value) };
  return { walletId: reference?.value };
}

function termsOf(fields: Fields, terms: ChargeTerms | undefined, { currencyCode }: Reading): Terms {
  const payeeMinor = fields.payable('terms.payee_amount', terms?.payeeAmount);
  const payee = { currencyCode: terms?.payeeAmount?.currencyCode ?? '', amountMinor: payeeMinor };
  const { merchant, conversion } = terms ?? {};
  fields.text('terms.merchant.display_name', merchant?.displayName ?? '', { max: 256 });
  const merchantCountry = merchant?.countryCode ?? '';
  const country = /^[A-Z]{2}$/;
  fields.matches('terms.merchant.country_code', merchantCountry, country, 'must be two capitals');
  fields.identifier('terms.partner_id', terms?.partnerId ?? '');
  const method = terms?.method ?? PaymentMethod.UNSPECIFIED;
  if (method <= PaymentMethod.UNSPECIFIED) fields.wrong('terms.method', 'must be a payment method');
  checkConversion(fields, conversion, payee.currencyCode !== currencyCode);
  const encoded = terms === undefined ? new Uint8Array() : ChargeTerms.encode(terms).finish();
  if (encoded.length > MAX_TERMS_BYTES) {
    fields.wrong('terms', `must be at most ${MAX_TERMS_BYTES} bytes`);
  }
  const merchantId = merchant?.merchantId ?? '';
  return { encoded, payee, rate: conversion?.rate, merchantId, merchantCountry };
}

function checkConversion(
  fields: Fields,
  conversion: Conversion | undefined,
  needed: boolean,
): void {
  if (conversion !== undefined && needed) fields.rate('terms.conversion.rate', conversion.rate);
  else if (needed) fields.wrong('terms.conversion', 'is required between two currencies');
  else if (conversion !== undefined) {
    fields.wrong('terms.conversion', 'must be absent where both sides have one currency');
  }
}
