import { describe, expect, it } from 'vitest';
import { buildName } from './build.ts';
import { commandOf } from './command.ts';

const asked = (...args: string[]) => commandOf('svc', args, ['migrate']);

describe('commandOf', () => {
  it('serves unless it is asked for something else', () => {
    expect(asked()).toEqual({ kind: 'serve' });
    expect(asked('migrate')).toEqual({ kind: 'task', name: 'migrate' });
  });

  it('says what it was made from', () => {
    expect(asked('--version')).toEqual({ kind: 'say', text: `svc ${buildName()}\n`, exitCode: 0 });
  });

  it('explains itself, as an error where it was not understood', () => {
    expect(asked('--help')).toMatchObject({ exitCode: 0 });
    for (const args of [['migrat'], ['migrate', 'now'], ['--verbose']]) {
      const command = asked(...args);
      expect(command).toMatchObject({ kind: 'say', exitCode: 2 });
      expect(command).toHaveProperty('text', expect.stringContaining('svc [migrate | --version'));
    }
  });
});
