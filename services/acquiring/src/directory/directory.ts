import type { MerchantProfile } from '@causeway/proto/routing';

/** A merchant without its stores. `change` numbers the change that made it what it is. */
export interface MerchantEntry {
  merchantId: string;
  partnerId: string;
  displayName: string;
  countryCode: string;
  city: string;
  categoryCode: string;
  currencyCodes: string[];
  active: boolean;
  change: bigint;
}

/** A store, which never changes. */
export interface StoreEntry {
  storeId: string;
  merchantId: string;
}

/** A terminal, which never changes. */
export interface TerminalEntry {
  terminalId: string;
  storeId: string;
}

/** Where a payment says that it is made; empty ids where none is named. */
export interface Place {
  merchantId: string;
  storeId: string;
  terminalId: string;
}

/**
 * Every partner and merchant, in memory, so that the payment path asks no database. It may lag
 * behind another replica's change by the poll's interval, never behind its own. Whoever is not
 * found in it is looked for once more, since another replica may just have answered that he is in.
 */
export class Directory {
  readonly #partners = new Set<string>();
  readonly #merchants = new Map<string, MerchantEntry>();
  readonly #merchantOfStore = new Map<string, string>();
  readonly #storeOfTerminal = new Map<string, string>();
  #readAgain: () => Promise<void> = async () => {};

  /** @param read takes in what has changed, and rejects with nothing */
  readAgainBy(read: () => Promise<void>): void {
    this.#readAgain = read;
  }

  /** Takes in a partner. */
  learnPartner(partnerId: string): void {
    this.#partners.add(partnerId);
  }

  /** Takes in a merchant, unless a later change of it is known already. */
  learnMerchant(merchant: MerchantEntry): void {
    const known = this.#merchants.get(merchant.merchantId);
    if (known !== undefined && known.change >= merchant.change) return;
    this.#merchants.set(merchant.merchantId, merchant);
  }

  /** Takes in a store. */
  learnStore({ storeId, merchantId }: StoreEntry): void {
    this.#merchantOfStore.set(storeId, merchantId);
  }

  /** Takes in a terminal. */
  learnTerminal({ terminalId, storeId }: TerminalEntry): void {
    this.#storeOfTerminal.set(terminalId, storeId);
  }

  /** Whether operators have entered this partner. */
  async isPartner(partnerId: string): Promise<boolean> {
    if (!this.#partners.has(partnerId)) await this.#readAgain();
    return this.#partners.has(partnerId);
  }

  /**
   * What routing needs to know of the place; undefined where any of its parts is unknown, or is
   * another's: a partner learns nothing about the merchants of others.
   */
  async profileOf(partnerId: string, place: Place): Promise<MerchantProfile | undefined> {
    const known = this.#knownProfileOf(partnerId, place);
    if (known !== undefined) return known;
    await this.#readAgain();
    return this.#knownProfileOf(partnerId, place);
  }

  #knownProfileOf(partnerId: string, place: Place): MerchantProfile | undefined {
    const { merchantId, storeId, terminalId } = place;
    const merchant = this.#merchants.get(merchantId);
    if (merchant === undefined || merchant.partnerId !== partnerId) return undefined;
    if (storeId !== '' && this.#merchantOfStore.get(storeId) !== merchantId) return undefined;
    if (terminalId !== '' && this.#storeOfTerminal.get(terminalId) !== storeId) return undefined;
    const { displayName, countryCode, city, categoryCode, currencyCodes, active } = merchant;
    return {
      reference: {
        merchantId,
        storeId,
        terminalId,
        displayName,
        countryCode,
        city,
        categoryCode,
      },
      currencyCodes,
      active,
    };
  }
}
