import type { Migration } from '@causeway/db';
import { ledgerSql } from '@causeway/ledger';
import wallet from './0002_wallet.sql';
import agreements from './0003_agreements.sql';
import confirmedPayments from './0004_confirmed_payments.sql';
import float from './0005_float.sql';
import offerPayload from './0006_offer_payload.sql';
import transit from './0007_transit.sql';
import rideCharges from './0008_ride_charges.sql';
import losses from './0009_losses.sql';

/** The wallet database's schema, in order. */
export const migrations: Migration[] = [
  { name: '0001_ledger', sql: ledgerSql },
  { name: '0002_wallet', sql: wallet },
  { name: '0003_agreements', sql: agreements },
  { name: '0004_confirmed_payments', sql: confirmedPayments },
  { name: '0005_float', sql: float },
  { name: '0006_offer_payload', sql: offerPayload },
  { name: '0007_transit', sql: transit },
  { name: '0008_ride_charges', sql: rideCharges },
  { name: '0009_losses', sql: losses },
];
