import { Payment, PaymentState } from '@causeway/proto/common';
import { expect, test } from 'vitest';
import { encodedFact, factOf } from './facts.fixture.ts';
import { embedded } from './wire.ts';

test('an embedded message is found as it was encoded', () => {
  for (const version of [1n, 1n << 40n]) {
    const told = { name: 'embedded', version, state: PaymentState.DECLINED };
    const found = embedded(encodedFact(told), 4);
    const { payment } = factOf(told);
    expect(payment && Payment.encode(payment).finish()).toEqual(found && new Uint8Array(found));
  }
});

test('what is not there is not found, whatever has to be read past', () => {
  expect(embedded(encodedFact({ name: 'absent', version: 1n }), 9)).toBeUndefined();
  expect(embedded(new Uint8Array(), 4)).toBeUndefined();
  const fixedBefore = new Uint8Array([0x0d, 1, 2, 3, 4, 0x22, 1, 9]);
  expect(embedded(fixedBefore, 4)).toEqual(new Uint8Array([9]));
  expect(() => embedded(fixedBefore.subarray(0, 3), 4)).toThrow();
});
