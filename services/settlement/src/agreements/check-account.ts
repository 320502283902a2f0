import type { PayoutAccount } from '@causeway/proto/settlement';
import type { RequestFields } from '@causeway/rpc';

const BIC = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;
const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;
const COUNTRY = /^[A-Z]{2}$/;

/** Notes what is wrong with an account, by the rules of the payment files that will name it. */
export function checkAccount(
  fields: RequestFields,
  { accountName, account, bic, address }: PayoutAccount,
  field: string,
): void {
  fields.text(`${field}.account_name`, accountName, { max: 140 });
  fields.matches(`${field}.bic`, bic, BIC, 'must be a BIC of 8 or 11 characters');
  if (account === undefined) {
    fields.wrong(`${field}.iban`, 'is missing, and so is local_number');
  } else if (account.$case === 'localNumber') {
    fields.text(`${field}.local_number`, account.value, { max: 34 });
  } else if (!isIban(account.value)) {
    fields.wrong(`${field}.iban`, 'is no IBAN: its check digits or its form are wrong');
  }
  if (address === undefined) {
    fields.wrong(`${field}.address`, 'is missing');
    return;
  }
  const { addressLine, city, postalCode, countryCode } = address;
  fields.text(`${field}.address.address_line`, addressLine, { max: 70 });
  fields.text(`${field}.address.city`, city, { max: 35 });
  fields.text(`${field}.address.postal_code`, postalCode, { min: 0, max: 16 });
  const rule = 'must be an ISO 3166-1 alpha-2 code';
  fields.matches(`${field}.address.country_code`, countryCode, COUNTRY, rule);
}

/** By ISO 13616: with its first four characters moved to the end, it is 1 modulo 97. */
function isIban(text: string): boolean {
  if (!IBAN.test(text)) return false;
  const moved = text.slice(4) + text.slice(0, 4);
  const digits = moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}
