import type { WalletOffice } from '../wallets/wallets.ts';
import type { ExposureWatch } from './exposure.ts';
import type { Seal } from './seal.ts';

/** What the operations on grants work with. */
export interface TransitOffice extends WalletOffice {
  /** Signs grants and bundles; undefined where this operator offers no transit. */
  seal: Seal | undefined;
  exposure: ExposureWatch;
}
