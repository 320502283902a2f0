import type { Payment } from '@causeway/proto/common';
import type { ChargeTerms } from '@causeway/proto/wallet';
import { ISSUER } from '@causeway/sandbox';

/**
 * What stands in an encoded template where each copy has something of its own, equally long, so
 * that SQL can put it there without knowing how messages are encoded.
 */
export const BLANKS = {
  fact_id: 'ffffffff-aaaa-8aaa-8aaa-aaaaaaaaaaaa',
  payment_id: 'ffffffff-bbbb-8bbb-8bbb-bbbbbbbbbbbb',
  quote_id: 'ffffffff-cccc-8ccc-8ccc-cccccccccccc',
  request_id: 'past-????????',
  payer_reference: `${ISSUER.codePrefix}**************????`,
} as const;

/** Each is a column of the plan, too. */
export type Blank = keyof typeof BLANKS;

const ORDER = Object.keys(BLANKS) as Blank[];

/** An encoded message, and where in it (from 1 on) each blank stands; 0 where it does not. */
export interface Blanked {
  /** As Postgres reads a bytea. */
  body: string;
  at: number[];
}

/** Finds the blanks. */
export function blanked(encoded: Uint8Array): Blanked {
  const body = Buffer.from(encoded);
  return {
    body: `\\x${body.toString('hex')}`,
    at: ORDER.map((blank) => body.indexOf(BLANKS[blank]) + 1),
  };
}

/** SQL that fills blanks of `v.<message>` with what the plan `p` has for each copy. */
export function filled(message: string, blanks: readonly Exclude<Blank, 'quote_id'>[]): string {
  // Where payer and payee have the same currency there is no quote.
  const quote = at(message, 'quote_id');
  const quoted = `CASE ${quote} WHEN 0 THEN v.${message} ELSE ${placed(message, 'quote_id', `v.${message}`)} END`;
  return blanks.reduce((body, blank) => placed(message, blank, body), quoted);
}

function placed(message: string, blank: Blank, body: string): string {
  return `overlay(${body} PLACING convert_to(p.${blank}::text, 'UTF8') FROM ${at(message, blank)})`;
}

const at = (message: string, blank: Blank) => `v.${message}_at[${ORDER.indexOf(blank) + 1}]`;

/** The payment of a template as it was on another day, with blanks for the ids. */
export function blankPayment(payment: Payment, past: Past): Payment {
  const { acquirerDate, issuerDate, moved } = past;
  const { conversion } = payment;
  return {
    ...payment,
    paymentId: BLANKS.payment_id,
    paymentRequestId: BLANKS.request_id,
    payerReference: BLANKS.payer_reference,
    conversion: conversion && { ...conversion, quoteId: BLANKS.quote_id },
    acquirerClearingDate: acquirerDate,
    issuerClearingDate: issuerDate,
    createTime: moved(payment.createTime),
    updateTime: moved(payment.updateTime),
    expireTime: moved(payment.expireTime),
  };
}

/** The terms of a template with a blank for the quote. */
export function blankTerms(terms: ChargeTerms): ChargeTerms {
  const { conversion } = terms;
  return { ...terms, conversion: conversion && { ...conversion, quoteId: BLANKS.quote_id } };
}

/** What a moment of the past means for a payment. */
export interface Past {
  /** Clearing days, YYYY-MM-DD. */
  acquirerDate: string;
  issuerDate: string;
  /** The same moment, as long ago as a copy is older than its template. */
  moved<T extends Date | undefined>(moment: T): T;
}

/** What the past means for copies of a payment of this template that are older by a time. */
export function pastOf(
  payment: Payment,
  zones: { acquirerTimeZone: string; issuerTimeZone: string },
  shiftSeconds: number,
): Past {
  const moved = <T extends Date | undefined>(moment: T): T =>
    (moment && new Date(moment.getTime() - shiftSeconds * 1_000)) as T;
  if (payment.updateTime === undefined) throw new Error('a payment without its time');
  const at = moved(payment.updateTime);
  return {
    moved,
    acquirerDate: dateIn(zones.acquirerTimeZone, at),
    issuerDate: dateIn(zones.issuerTimeZone, at),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The seeded participants' clearing days end at midnight. */
function dateIn(timeZone: string, at: Date): string {
  // The Swedish locale writes dates as ISO 8601 does.
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(at);
}
