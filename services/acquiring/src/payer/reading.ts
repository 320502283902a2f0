import type { Price } from '@causeway/emvqr';
import type { MerchantReference } from '@causeway/proto/common';
import type { RouteTarget } from '@causeway/proto/routing';

/** What was read of a payload or a link. */
export type Reading = ReadOrder | ReadAgreement | ReadMerchant;

/** An order that waits for a payer, or did. */
export interface ReadOrder {
  kind: 'order';
  paymentId: string;
  /** What the code says; absent for a link. */
  price: Price | undefined;
}

/** The offer of an agreement. */
interface ReadAgreement {
  kind: 'agreement';
  agreementId: string;
}

/** A merchant to be paid, as often as its code is scanned. */
export interface ReadMerchant {
  kind: 'merchant';
  /** What the payer is shown; undefined where there is no target. */
  merchant: MerchantReference | undefined;
  /** Where the money may go; empty where the code names no scheme. */
  targets: RouteTarget[];
  price: Price;
  /** False where the code or its merchant is out of use. */
  active: boolean;
  schemeIds: string[];
  /** What departs from the standard, in words. */
  problems: string[];
  /** The merchant's name in its own language; may be empty. */
  localName: string;
  /** The code's reference label, for the partner; may be empty. */
  orderReference: string;
}
