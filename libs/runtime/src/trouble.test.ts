import { describe, expect, it } from 'vitest';
import { manualRuntime } from './testing.ts';
import { Trouble } from './trouble.ts';

describe('a trouble', () => {
  it('is told when it begins, once a minute, and when it is over', async () => {
    const runtime = manualRuntime();
    const trouble = new Trouble(runtime, 'the store is away');
    for (let i = 0; i < 150; i += 1) {
      trouble.failed({ err: new Error('refused'), store: 'a' });
      await runtime.advance(500);
    }
    trouble.passed();
    trouble.passed();
    const told = { store: 'a', reason: 'refused' };
    expect(runtime.logged).toEqual([
      { level: 'warn', message: 'the store is away', fields: told },
      {
        level: 'warn',
        message: 'the store is away',
        fields: { ...told, failures: 121, for_seconds: 60 },
      },
      {
        level: 'info',
        message: 'over: the store is away',
        fields: { failures: 150, for_seconds: 75 },
      },
    ]);
  });

  it('is another one after a quiet minute', async () => {
    const runtime = manualRuntime();
    const trouble = new Trouble(runtime, 'the store is away');
    trouble.failed({ err: 'refused' });
    await runtime.advance(61_000);
    trouble.failed({ err: 'refused' });
    expect(runtime.logged.map(({ fields }) => fields)).toEqual([
      { reason: 'refused' },
      { reason: 'refused' },
    ]);
  });

  it('begins anew once it was over', () => {
    const runtime = manualRuntime();
    const trouble = new Trouble(runtime, 'a person must look', 'error');
    for (let i = 0; i < 2; i += 1) {
      trouble.failed({ count: i });
      trouble.passed();
    }
    expect(runtime.logged.map(({ level }) => level)).toEqual(['error', 'info', 'error', 'info']);
  });
});
