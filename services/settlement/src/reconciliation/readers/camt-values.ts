import { isCurrency } from '@causeway/money';
import { isDay, minorOf } from './cells.ts';
import { FileRefused } from './file-refused.ts';
import type { XmlElement } from './xml.ts';

/** The refusal of an element's text. */
export function refusedText({ place }: XmlElement, problem: string): FileRefused {
  return new FileRefused(place, problem);
}

/** A text of 1 to `max` characters. Throws FileRefused. */
export function textWithin(element: XmlElement, max: number): string {
  const { length } = [...element.text];
  if (length >= 1 && length <= max) return element.text;
  throw refusedText(element, `must be 1 to ${max} characters`);
}

/** The day of a date, or of a time as it stands there, in whatever zone. Throws FileRefused. */
export function dayOf(element: XmlElement): string {
  const day = element.text.slice(0, 10);
  const rest = element.text.slice(10);
  if (isDay(day) && /^(T\d\d:\d\d:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/.test(rest)) return day;
  throw refusedText(element, 'must be a day as 2026-11-16, or a time of one');
}

/** An amount with its attribute Ccy, in minor units. Throws FileRefused. */
export function amountOf(element: XmlElement): { currencyCode: string; minor: bigint } {
  const currencyCode = element.attributes.Ccy ?? '';
  if (!isCurrency(currencyCode))
    throw refusedText(element, 'must have the Ccy of a known currency');
  const minor = minorOf(element.text, currencyCode);
  if (typeof minor === 'bigint') return { currencyCode, minor };
  throw refusedText(element, minor);
}
