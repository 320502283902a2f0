import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type ConfigError,
  databaseUrl,
  flag,
  integer,
  list,
  loadConfig,
  natsUrl,
  optionalText,
  secret,
  text,
  url,
} from './config.ts';

const spec = {
  host: text('LISTEN_HOST', { default: '127.0.0.1', doc: 'Address to listen on.' }),
  port: integer('LISTEN_PORT', { default: 0, max: 65_535, doc: 'Port to listen on.' }),
  database: secret('DATABASE_URL', { doc: 'Where the database is.' }),
  nats: url('NATS_URL', { doc: 'Where NATS is.' }),
  peers: list('PEERS', { default: [], doc: 'Addresses of peers.' }),
  verbose: flag('VERBOSE', { default: false, doc: 'Says more.' }),
  note: optionalText('NOTE', { doc: 'Anything.' }),
};

describe('loadConfig', () => {
  it('answers a frozen typed object', () => {
    const config = loadConfig(
      {
        DATABASE_URL: 'postgres://u:pw@h/d',
        NATS_URL: 'nats://h:1',
        PEERS: 'a, b,',
        LISTEN_PORT: '',
      },
      spec,
    );
    expect(config.port).toBe(0);
    expect(config.peers).toEqual(['a', 'b']);
    expect(config.database.reveal()).toBe('postgres://u:pw@h/d');
    expect(config.note).toBeUndefined();
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reports all the problems at once', () => {
    let problems: readonly string[] = [];
    try {
      loadConfig({ LISTEN_PORT: '70000', VERBOSE: 'yes', NATS_URL: 'nowhere' }, spec);
    } catch (error) {
      problems = (error as ConfigError).problems;
    }
    expect(problems).toEqual([
      'LISTEN_PORT must be between 0 and 65535 (Port to listen on.)',
      'DATABASE_URL is required (Where the database is.)',
      'NATS_URL must be an absolute URL (Where NATS is.)',
      'VERBOSE must be true or false, not "yes" (Says more.)',
    ]);
  });

  it('shows a secret to nobody who does not ask for it', () => {
    const { database } = loadConfig({ DATABASE_URL: 'pw', NATS_URL: 'nats://h' }, spec);
    expect(`${database} ${JSON.stringify({ database })} ${inspect({ database })}`).not.toContain(
      'pw',
    );
  });

  it('takes an address for what it is, and shows no part of it', () => {
    const addresses = { database: databaseUrl(), nats: natsUrl() };
    const env = { DATABASE_URL: 'db.example:5432/pw', NATS_URL: 'nats://u:pw@a:1, https://b' };
    expect(() => loadConfig(env, addresses)).toThrow(
      /DATABASE_URL must be a URL that begins with postgres:.*\n.*NATS_URL must be a URL that begins/,
    );
    expect(() => loadConfig(env, addresses)).not.toThrow(/pw/);
    const good = { DATABASE_URL: 'postgresql://u:pw@h/d', NATS_URL: 'nats://a:1,tls://b:2' };
    expect(loadConfig(good, addresses).nats.reveal()).toBe('nats://a:1,tls://b:2');
  });
});
