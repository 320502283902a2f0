import { describe, expect, it } from 'vitest';
import { Watched } from './watched.ts';

describe('an object that remembers what was read of it', () => {
  it('names what was not, at every depth', () => {
    const watched = new Watched({
      kind: 'Pod',
      spec: { host: 'a', replcas: 2 },
      list: [{ a: 1, b: 2 }],
    });
    const { kind, spec, list } = watched.proxy;
    expect([kind, spec.host, list[0]?.a]).toEqual(['Pod', 'a', 1]);
    expect(watched.unread()).toEqual(['/spec/replcas', '/list/0/b']);
  });

  it('takes a map that was read whole for known', () => {
    const watched = new Watched({ labels: { app: 'fx', team: 'rates' } });
    const { labels } = watched.proxy;
    expect(Object.keys(labels).map((key) => labels[key as keyof typeof labels])).toEqual([
      'fx',
      'rates',
    ]);
    expect(watched.unread()).toEqual([]);
  });

  it('names a field once that nobody looked into', () => {
    expect(new Watched({ spec: { template: { spec: {} } } }).unread()).toEqual(['/spec']);
  });
});
