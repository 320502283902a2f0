import type { Problem } from '../problem.ts';
import { crcOf } from './crc.ts';
import { isAccount, isTemplate, nameOf } from './fields.ts';
import type { DataObject } from './tlv.ts';

/** A data object under the root, with its inside where it is a template. */
export interface RootObject extends DataObject {
  inside?: DataObject[];
}

const MANDATORY = ['52', '53', '58', '59', '60'];

/** What a template must hold: an account its GUID, names their language and the merchant's. */
const MANDATORY_INSIDE = (tag: string) =>
  tag === '64' ? ['00', '01'] : isAccount(tag) ? ['00'] : [];

const AMOUNT = /^(?=.{1,13}$)[0-9]+\.?[0-9]*$/;

/**
 * The formats of what is computed with. Lengths of names, zero amounts and whether a fee goes with
 * its indicator are not checked: codes in daily use break those rules and lose nothing by it.
 */
const FORMATS: ReadonlyMap<string, RegExp> = new Map([
  ['01', /^1[12]$/],
  ['52', /^[0-9]{4}$/],
  ['53', /^[0-9]{3}$/],
  ['54', AMOUNT],
  ['55', /^0[123]$/],
  ['56', AMOUNT],
  ['57', /^(?=.{1,5}$)[0-9]{1,2}\.?[0-9]*$/],
  ['58', /^[A-Z]{2}$/],
]);

/** The scheme whose codes say that they are of version 02, and are otherwise of version 01. */
const DUITNOW_GUID = 'A0000006150001';

const CONTROL = /\p{Cc}/u;

/** Everything that is wrong with a code whose data objects could be told apart. */
export function problemsOf(payload: string, objects: readonly RootObject[]): Problem[] {
  return [
    ...formatProblems(objects),
    ...missing(objects),
    ...(objects.some(({ tag, value }) => isAccount(tag) && value !== '')
      ? []
      : [problem('NO_MERCHANT_ACCOUNT', '', 'no merchant account information')]),
    ...repeated(objects, ''),
    ...objects.flatMap(valueProblems),
    ...objects.flatMap(insideProblems),
    ...crcProblems(payload, objects),
  ];
}

/** What is wrong with the end of a code that broke off or cannot be told apart. */
export function brokenCrcProblems(payload: string): Problem[] {
  const stated = /6304([0-9A-Fa-f]{4})$/.exec(payload)?.[1];
  return stated === undefined ? [noCrc()] : comparison(payload, stated);
}

function formatProblems(objects: readonly RootObject[]): Problem[] {
  const [first] = objects;
  if (first?.tag !== '00') {
    return [problem('FORMAT_NOT_FIRST', '00', 'payload format indicator is not first')];
  }
  if (first.value === '01') return [];
  const isDuitNow = first.value === '02' && objects.some(isDuitNowAccount);
  const code = isDuitNow ? 'FORMAT_DUITNOW' : 'FORMAT_UNKNOWN';
  return [problem(code, '00', 'payload format indicator != 01')];
}

function isDuitNowAccount({ tag, inside = [] }: RootObject): boolean {
  return (
    isAccount(tag) &&
    inside.some((object) => object.tag === '00' && object.value.toUpperCase() === DUITNOW_GUID)
  );
}

function missing(objects: readonly RootObject[]): Problem[] {
  return MANDATORY.filter((tag) => objects.every((object) => object.tag !== tag)).map((tag) =>
    problem('MISSING_MANDATORY', tag, `missing mandatory ${tag}`),
  );
}

function repeated(objects: readonly DataObject[], prefix: string): Problem[] {
  const seen = objects.map(({ tag }) => tag);
  const twice = new Set(seen.filter((tag, at) => seen.indexOf(tag) !== at));
  return [...twice].map((tag) =>
    problem('DUPLICATE_TAG', prefix + tag, `duplicate tag ${prefix}${tag}, the last one counts`),
  );
}

function valueProblems({ tag, value }: RootObject): Problem[] {
  if (value === '') return [problem('EMPTY_VALUE', tag, `empty ${tag}`)];
  const format = FORMATS.get(tag);
  return [
    ...(format === undefined || format.test(value)
      ? []
      : [problem('MALFORMED_VALUE', tag, `malformed ${nameOf(tag)} ${tag}`)]),
    ...(CONTROL.test(value)
      ? [problem('CONTROL_CHARACTER', tag, `control character in ${tag}`)]
      : []),
  ];
}

function insideProblems({ tag, value, inside }: RootObject): Problem[] {
  if (!isTemplate(tag) || value === '') return [];
  if (inside === undefined) return [problem('NOT_A_TEMPLATE', tag, `${tag} is not a template`)];
  return [
    ...MANDATORY_INSIDE(tag)
      .filter((id) => inside.every((object) => object.tag !== id))
      .map((id) => problem('MISSING_MANDATORY', `${tag}.${id}`, `missing mandatory ${tag}.${id}`)),
    ...repeated(inside, `${tag}.`),
    ...inside
      .filter((object) => object.value === '')
      .map((object) =>
        problem('EMPTY_VALUE', `${tag}.${object.tag}`, `empty ${tag}.${object.tag}`),
      ),
  ];
}

function crcProblems(payload: string, objects: readonly RootObject[]): Problem[] {
  const last = objects.at(-1);
  if (last?.tag === '63') return comparison(payload, last.value);
  if (objects.every(({ tag }) => tag !== '63')) return [noCrc()];
  return [problem('CRC_NOT_LAST', '63', 'CRC is not at the end')];
}

/** Compares the checksum that a payload ends with to the one of everything before it. */
function comparison(payload: string, stated: string): Problem[] {
  const computed = crcOf(payload.slice(0, payload.length - stated.length));
  if (stated === computed) return [];
  if (stated.toUpperCase() === computed) {
    return [problem('CRC_LOWER_CASE', '63', 'CRC in lower case')];
  }
  const message = `CRC mismatch (stated ${shown(stated)}, computed ${computed})`;
  return [problem('CRC_MISMATCH', '63', message)];
}

/** A stated checksum can be anything at all, and problems are printed. */
function shown(stated: string): string {
  return /^[0-9A-Za-z]{1,4}$/.test(stated) ? stated : 'no checksum';
}

function noCrc(): Problem {
  return problem('CRC_MISSING', '63', 'no CRC at end');
}

function problem(code: Problem['code'], tag: string, message: string): Problem {
  return { code, tag, message };
}
