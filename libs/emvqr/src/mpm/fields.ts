/** The values of a template by their ids of two digits. Ids below 10 keep their order. */
export type Template = Readonly<Record<string, string>>;

/**
 * The data objects of a merchant's code by name. A template that could not be taken apart is the
 * text as it stood; card networks (02 to 25) and what is reserved (65 to 79) are always text.
 */
export type MpmFields = {
  /** 00: '01', or '02' in DuitNow's codes. */
  payloadFormatIndicator?: string;
  /** 01: '11' for a static code, '12' for one of a single payment. */
  pointOfInitiation?: string;
  /** 52: merchant category code. */
  mcc?: string;
  /** 53: ISO 4217 number, three digits. */
  currencyNumeric?: string;
  /** 54: decimal text of major units; absent where the payer enters it. */
  amount?: string;
  /** 55: '01' the payer is asked for a tip, '02' a fixed fee, '03' a percentage. */
  tipIndicator?: string;
  /** 56: decimal text of major units. */
  convenienceFeeFixed?: string;
  /** 57: decimal text of percent. */
  convenienceFeePercent?: string;
  /** 58: ISO 3166-1, two letters. */
  country?: string;
  /** 59 */
  merchantName?: string;
  /** 60 */
  merchantCity?: string;
  /** 61 */
  postalCode?: string;
  /** 62: bill number 01, store 03, reference label 05, terminal 07, and others. */
  additionalData?: Template | string;
  /** 63: as it stood; encoding works it out anew. */
  crc?: string;
  /** 64: language 00, merchant's name 01 and city 02 in it. */
  merchantInfoLang?: Template | string;
} & {
  /** 02 to 51: merchant accounts. */
  [account: `mai_${string}`]: Template | string;
  /** 65 to 79: reserved by EMVCo. */
  [reserved: `id_${string}`]: string;
  /** 80 to 99: of whoever defined them. */
  [unreserved: `unreserved_${string}`]: Template | string;
};

/** The names of what has one, by tag. */
export const NAMES: ReadonlyMap<string, string> = new Map([
  ['00', 'payloadFormatIndicator'],
  ['01', 'pointOfInitiation'],
  ['52', 'mcc'],
  ['53', 'currencyNumeric'],
  ['54', 'amount'],
  ['55', 'tipIndicator'],
  ['56', 'convenienceFeeFixed'],
  ['57', 'convenienceFeePercent'],
  ['58', 'country'],
  ['59', 'merchantName'],
  ['60', 'merchantCity'],
  ['61', 'postalCode'],
  ['62', 'additionalData'],
  ['63', 'crc'],
  ['64', 'merchantInfoLang'],
]);

const tags = new Map([...NAMES].map(([tag, name]) => [name, tag]));

/** The name of a data object under the root. */
export function nameOf(tag: string): string {
  return NAMES.get(tag) ?? `${groupOf(tag)}_${tag}`;
}

/** The tag of a name; undefined for what is no name. */
export function tagOf(name: string): string | undefined {
  const known = tags.get(name);
  if (known !== undefined) return known;
  const tag = /^[a-z]+_([0-9]{2})$/.exec(name)?.[1];
  return tag !== undefined && nameOf(tag) === name ? tag : undefined;
}

/** Whether a tag holds a merchant account. */
export function isAccount(tag: string): boolean {
  return tag >= '02' && tag <= '51';
}

/** Whether the standard makes a tag a template, whose inside it describes. */
export function isTemplate(tag: string): boolean {
  return (tag >= '26' && tag <= '51') || tag === '62' || tag === '64';
}

/** Whether a tag is free: meant to be a template, and in the field often plain text. */
export function isUnreserved(tag: string): boolean {
  return tag >= '80';
}

function groupOf(tag: string): string {
  if (isAccount(tag)) return 'mai';
  return isUnreserved(tag) ? 'unreserved' : 'id';
}
