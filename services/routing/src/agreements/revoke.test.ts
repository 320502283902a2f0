import { RpcFailure } from '@causeway/rpc';
import { expect, test } from 'vitest';
import type { Directory } from '../directory/directory.ts';
import type { IssuerClient } from '../issuers.ts';
import { revokeAgreement } from './revoke.ts';

const AGREEMENT = {
  issuerId: 'harbour-wallet',
  agreementId: '0b1c2d3e-0000-8000-8000-00000000000a',
};

function withIssuer(answer: () => Promise<object>) {
  const asked: unknown[] = [];
  const client = {
    revokeAgreement: (request: unknown) => {
      asked.push(request);
      return answer();
    },
  };
  return {
    asked,
    directory: { view: { issuers: new Map([['harbour-wallet', {}]]) } } as unknown as Directory,
    issuers: { clientOf: () => client as unknown as IssuerClient },
  };
}

test('the operator that keeps the agreement is told', async () => {
  const deps = withIssuer(async () => ({}));
  expect(await revokeAgreement(deps, AGREEMENT, 1_000)).toEqual({});
  expect(deps.asked).toEqual([{ agreementId: AGREEMENT.agreementId }]);
});

test('an operator that does not answer, or is none of ours, can be asked again', async () => {
  const silent = withIssuer(async () => {
    throw new RpcFailure('UNAVAILABLE', 'gone');
  });
  const unavailable = { reason: 'DEPENDENCY_UNAVAILABLE' };
  await expect(revokeAgreement(silent, AGREEMENT, 1_000)).rejects.toMatchObject(unavailable);
  const stranger = { ...AGREEMENT, issuerId: 'nobody' };
  await expect(revokeAgreement(silent, stranger, 1_000)).rejects.toMatchObject(unavailable);
  expect(silent.asked).toHaveLength(1);
});
