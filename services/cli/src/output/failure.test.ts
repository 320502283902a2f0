import { stripVTControlCharacters } from 'node:util';
import { StackNotRunningError } from '@causeway/callers';
import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../input/usage.ts';
import { EXIT, tell } from './failure.ts';

describe('an error on the command line', () => {
  it.each([
    [new UsageError('not an amount'), EXIT.usage],
    [new StackNotRunningError('none here'), EXIT.unavailable],
    [new Refusal('MERCHANT_UNKNOWN', 'no such merchant'), EXIT.refused],
    [new Refusal('OVERLOADED', 'busy'), EXIT.unavailable],
    [new RpcFailure('UNAVAILABLE', 'gone'), EXIT.unavailable],
    [new RpcFailure('PERMISSION_DENIED', 'no'), EXIT.refused],
  ])('%s ends with its own exit code', (error, exitCode) => {
    expect(tell(error).exitCode).toBe(exitCode);
  });

  it('says what, why, which fields, and what to do', () => {
    const fields = [{ field: 'merchant_id', description: 'is nobody' }];
    const told = tell(new Refusal('MERCHANT_UNKNOWN', 'no such merchant', { fields }));
    const lines = stripVTControlCharacters(told.text).split('\n');
    expect(lines[0]).toBe('✗ no such merchant');
    expect(lines[1]).toContain('MERCHANT_UNKNOWN');
    expect(lines[2]).toContain('merchant_id: is nobody');
    expect(lines[3]).toContain('causeway merchants');
    expect(told.data).toMatchObject({
      ok: false,
      error: { reason: 'MERCHANT_UNKNOWN', fields: [{ field: 'merchant_id' }] },
    });
  });

  it('warns where a call may have been carried out all the same', () => {
    expect(tell(new RpcFailure('UNAVAILABLE', 'lost', true)).text).toContain('may have been');
    expect(tell(new RpcFailure('UNAVAILABLE', 'refused', false)).text).toContain('npm start');
  });

  it('hides no defect', () => {
    expect(() => tell(new TypeError('a defect'))).toThrow('a defect');
  });
});
