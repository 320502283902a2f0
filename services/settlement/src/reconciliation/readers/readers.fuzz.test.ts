import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BankCsv } from './bank-csv.ts';
import { Camt053 } from './camt053.ts';
import { BANK_FILE, CAMT_FILE, PARTNER_FILE, verdict } from './files.fixture.ts';
import { PartnerCsv } from './partner-csv.ts';

const JUNK = [
  '\0',
  '"',
  ',',
  '\n',
  '\r',
  '<',
  '>',
  '&',
  '&amp;',
  ']]>',
  '<!--',
  '=',
  "'",
  '-',
  '9',
];

/** What may befall a file on its way: bytes flipped, lost, doubled, moved and put in. */
const mutation = fc.record({
  at: fc.nat(),
  size: fc.integer({ min: 1, max: 400 }),
  how: fc.constantFrom('flip', 'drop', 'double', 'cut', 'move', 'insert', 'bytes'),
  junk: fc.constantFrom(...JUNK),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function mutated(file: Buffer, { at, size, how, junk, bytes }: Mutation): Buffer {
  const from = at % (file.length + 1);
  const to = Math.min(file.length, from + size);
  const [before, part, after] = [
    file.subarray(0, from),
    file.subarray(from, to),
    file.subarray(to),
  ];
  switch (how) {
    case 'flip': {
      const flipped = Buffer.from(file);
      flipped[from % Math.max(1, file.length)] = bytes[0] ?? 0;
      return flipped;
    }
    case 'drop':
      return Buffer.concat([before, after]);
    case 'double':
      return Buffer.concat([before, part, part, after]);
    case 'cut':
      return Buffer.from(before);
    case 'move':
      return Buffer.concat([part, before, after]);
    case 'insert':
      return Buffer.concat([before, Buffer.from(junk), part, after]);
    case 'bytes':
      return Buffer.concat([before, bytes, part, after]);
  }
}

test.each([
  ['partner CSV', PARTNER_FILE, () => new PartnerCsv()],
  ['bank CSV', BANK_FILE, () => new BankCsv()],
  ['camt.053', CAMT_FILE, () => new Camt053()],
])('whatever befalls a valid %s, it is taken or refused at a place', (_name, valid, make) => {
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 500 }),
      (mutations, pieceBytes) => {
        const file = mutations.reduce(mutated, Buffer.from(valid));
        // Anything thrown but a refusal ends the test here.
        const found = verdict(make(), file, pieceBytes);
        if (found === 'taken') taken += 1;
        else {
          refused += 1;
          expect(found).toMatch(/^[1-9]\d*:[1-9]\d* \S/);
        }
        expect(verdict(make(), file, pieceBytes + 13)).toBe(found);
      },
    ),
    { numRuns: 200 },
  );
  expect(refused).toBeGreaterThan(taken);
});
