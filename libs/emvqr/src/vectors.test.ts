import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeCpm } from './cpm/encode.ts';
import { decode } from './decode.ts';
import { encodeMpm } from './mpm/encode.ts';

/** A line of the collection of payloads from public test suites. */
interface Vector {
  mode: 'MPM' | 'CPM';
  payload: string;
  valid: boolean;
  emvco_strict_valid?: boolean;
  problems: string[];
  fields: unknown;
}

const path = resolve('../shared/data/emvqr_vectors.jsonl');
const vectors: Vector[] = existsSync(path)
  ? readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Vector)
  : [];

describe.skipIf(vectors.length === 0)('public payloads (skipped where the file is absent)', () => {
  test.each(vectors.map((vector, at) => ({ line: at + 1, ...vector })))(
    'line $line reads as is said',
    ({ mode, payload, valid, emvco_strict_valid, problems, fields }) => {
      const read = decode(payload);
      expect(read).toMatchObject({ mode, ok: valid });
      expect(read.fields ?? null).toEqual(fields);
      if (mode === 'CPM') return;
      expect(read.ok && read.strict).toBe(emvco_strict_valid);
      expect(decode(payload, 'strict').ok).toBe(emvco_strict_valid);
      expect(read.problems.map(({ message }) => message)).toEqual(problems);
    },
  );

  test.each(vectors.filter(({ valid }) => valid))(
    '$payload is written again as it was',
    (vector) => {
      const read = decode(vector.payload);
      if (!read.ok) throw new Error('a valid payload was not read');
      const made = read.mode === 'CPM' ? encodeCpm(read.fields) : encodeMpm(read.fields);
      expect(made).toMatchObject({ ok: true, payload: vector.payload });
    },
  );
});
