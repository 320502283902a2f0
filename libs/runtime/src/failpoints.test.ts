import { afterEach, describe, expect, it } from 'vitest';
import { armFailpoints, FailpointError, failpoint } from './failpoints.ts';
import { plant, planted } from './plants.ts';

afterEach(() => {
  armFailpoints(undefined);
  plant(undefined);
});

describe('failpoint', () => {
  it('does nothing unless it is armed', () => {
    expect(failpoint('a.b')).toBeUndefined();
    armFailpoints('other=error');
    expect(failpoint('a.b')).toBeUndefined();
  });

  it('fails on every hit, or on the one that is named', () => {
    armFailpoints('a.b=error; c.d=error@2');
    expect(() => failpoint('a.b')).toThrow(FailpointError);
    expect(() => failpoint('a.b')).toThrow(FailpointError);
    expect(failpoint('c.d')).toBeUndefined();
    expect(() => failpoint('c.d')).toThrow(FailpointError);
    expect(failpoint('c.d')).toBeUndefined();
  });

  it('waits as long as it is told to', async () => {
    armFailpoints('a.b=delay:5');
    await expect(failpoint('a.b')).resolves.toBeUndefined();
  });

  it('refuses a list that it cannot read', () => {
    expect(() => armFailpoints('a.b=explode')).toThrow('a.b=explode');
  });
});

describe('planted', () => {
  it('names what is wrong on purpose', () => {
    expect(planted('skip_entry')).toBe(false);
    plant('skip_entry,double_debit');
    expect(planted('skip_entry')).toBe(true);
    expect(planted('drop_tombstone')).toBe(false);
  });
});
