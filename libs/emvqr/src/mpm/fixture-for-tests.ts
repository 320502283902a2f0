import { crcOf } from './crc.ts';
import type { MpmFields } from './fields.ts';

/** A payload of this body: with the checksum that belongs to it. */
export function sealed(body: string): string {
  return `${body}6304${crcOf(`${body}6304`)}`;
}

/** A tea house that does not exist, paid through one account; the parts of a whole code. */
export const START = '000201010211';
export const ACCOUNT = '26220011org.example0103M01';
export const REST = '5204581453037645802TH5909Tea House6007Bangkok';
export const TEA_HOUSE = sealed(START + ACCOUNT + REST);

/** The same as fields. */
export const TEA_HOUSE_FIELDS: MpmFields = {
  payloadFormatIndicator: '01',
  pointOfInitiation: '11',
  mai_26: { '00': 'org.example', '01': 'M01' },
  mcc: '5814',
  currencyNumeric: '764',
  country: 'TH',
  merchantName: 'Tea House',
  merchantCity: 'Bangkok',
};
