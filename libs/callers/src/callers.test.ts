import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates } from '@causeway/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCallers } from './callers.ts';
import { isUnavailable } from './failures.ts';
import { databasesIn, findStack, StackNotRunningError } from './stack.ts';

const certificateOf = await testCertificates([{ kind: 'operator', id: 'ops' }]);
let state: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'callers-'));
});

afterEach(() => rmSync(state, { recursive: true }));

function write(name: string, content: string): void {
  writeFileSync(join(state, name), content);
}

describe('a stack', () => {
  it('is found by its state folder', () => {
    write('endpoints.json', '{"fx":"127.0.0.1:1"}');
    write('databases.json', '{"wallet":"postgres://x"}');
    expect(findStack(state)).toEqual({
      endpoints: { fx: '127.0.0.1:1' },
      certs: join(state, 'certs'),
    });
    expect(databasesIn(state)).toEqual({ wallet: 'postgres://x' });
  });

  it('that does not run says how to start one', () => {
    expect(() => findStack(state)).toThrow(StackNotRunningError);
    expect(() => findStack(state)).toThrow(/npm start/);
  });
});

describe('callers', () => {
  it('are those with a certificate', () => {
    const certs = join(state, 'certs');
    for (const id of ['sakura', 'ops', 'authority'])
      mkdirSync(join(certs, id), { recursive: true });
    const callers = openCallers(quietRuntime(), { endpoints: {}, certs });
    expect(callers.ids()).toEqual(['ops', 'sakura']);
    expect(() => callers.as('nobody')).toThrow(/nobody/);
    callers.close();
  });
});

describe('a stack without a wallet service named `wallet`', () => {
  const others = { fx: 'a:1', acquiring: 'a:2', routing: 'a:3', settlement: 'a:4' };
  const opened = (endpoints: Record<string, string>) =>
    openCallers(quietRuntime(), { endpoints, certs: dirname(certificateOf('ops')) });

  it('serves whoever asks for something else', () => {
    const callers = opened(others);
    const ops = callers.as('ops');
    expect(ops.partners).toBeDefined();
    expect(() => ops.wallets).toThrow('no wallet');
    callers.close();
  });

  it('has the only one, or the one that was named, in its place', () => {
    const peak = { peak: 'a:5', peak_app: 'a:6', peak_kind: 'service' };
    const callers = opened({ ...others, ...peak });
    expect(callers.as('ops').wallets).toBeDefined();
    callers.close();
    const two = opened({ ...others, ...peak, other: 'a:7', other_app: 'a:8' });
    expect(() => two.as('ops').float).toThrow('no wallet');
    expect(two.as('ops', 'peak').float).toBeDefined();
    two.close();
  });
});

describe('being unavailable', () => {
  it('is what waiting may cure', () => {
    expect(isUnavailable(new RpcFailure('UNAVAILABLE', 'gone'))).toBe(true);
    expect(isUnavailable(new Refusal('OVERLOADED', 'busy'))).toBe(true);
    expect(isUnavailable(new Refusal('MERCHANT_UNKNOWN', 'no'))).toBe(false);
    expect(isUnavailable(new RpcFailure('INTERNAL', 'a defect'))).toBe(false);
    expect(isUnavailable(new Error('other'))).toBe(false);
  });
});
