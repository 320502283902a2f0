import { Secret } from './secret.ts';

/** Environment variables, or whatever stands in for them. */
export type Env = Readonly<Record<string, string | undefined>>;

/** One setting: the variable that it is read from, and how. Made by `text`, `integer` and the like. */
export interface Setting<T> {
  name: string;
  doc: string;
  /** Answers the value, or throws an Error whose message ends the sentence "NAME …". */
  read(raw: string | undefined): T;
}

/** `doc` says what the setting does, in a sentence. Without a default the setting is required. */
export interface SettingOptions<T> {
  doc: string;
  default?: T;
}

/** The typed object that a spec describes. */
export type Config<Spec> = {
  readonly [K in keyof Spec]: Spec[K] extends Setting<infer T> ? T : never;
};

/** Thrown by `loadConfig`; its message lists every problem, never a value of a secret. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads every setting of the spec and answers one frozen object.
 * Throws a ConfigError with all the problems at once, so that one start shows them all.
 */
export function loadConfig<Spec extends Record<string, Setting<unknown>>>(
  env: Env,
  spec: Spec,
): Config<Spec> {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(spec)) {
    // A variable set to nothing is a variable not set: shells and charts cannot tell them apart.
    const raw = env[setting.name] || undefined;
    try {
      config[key] = setting.read(raw);
    } catch (error) {
      problems.push(`${setting.name} ${(error as Error).message} (${setting.doc})`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config) as Config<Spec>;
}

function setting<T>(
  name: string,
  options: SettingOptions<T>,
  parse: (raw: string) => T,
): Setting<T> {
  return {
    name,
    doc: options.doc,
    read(raw) {
      if (raw !== undefined) return parse(raw);
      if ('default' in options) return options.default as T;
      throw new Error('is required');
    },
  };
}

/** Any text. */
export function text(name: string, options: SettingOptions<string>): Setting<string> {
  return setting(name, options, (raw) => raw);
}

/** Text that may be absent. */
export function optionalText(name: string, options: { doc: string }): Setting<string | undefined> {
  return setting<string | undefined>(name, { ...options, default: undefined }, (raw) => raw);
}

/** A whole number between `min` (default 0) and `max`, both allowed. */
export function integer(
  name: string,
  options: SettingOptions<number> & { min?: number; max?: number },
): Setting<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return setting(name, options, (raw) => {
    const value = /^-?\d+$/.test(raw) ? Number.parseInt(raw, 10) : Number.NaN;
    if (Number.isNaN(value)) throw new Error(`must be a whole number, not ${JSON.stringify(raw)}`);
    if (value < min || value > max) throw new Error(`must be between ${min} and ${max}`);
    return value;
  });
}

/** A whole number that may be absent. */
export function optionalInteger(
  name: string,
  options: { doc: string; min?: number; max?: number },
): Setting<number | undefined> {
  const { doc, ...bounds } = options;
  const present = integer(name, { doc, ...bounds });
  return { name, doc, read: (raw) => (raw === undefined ? undefined : present.read(raw)) };
}

/** Text that is never shown. */
export function secret(name: string, options: { doc: string; default?: string }): Setting<Secret> {
  const { doc } = options;
  const wrapped =
    options.default === undefined ? { doc } : { doc, default: new Secret(options.default) };
  return setting(name, wrapped, (raw) => new Secret(raw));
}

/**
 * A URL of one of the schemes, or several with commas between them, that is never shown since it
 * may hold a password. A driver that is given something else fails late, and about another name.
 */
function secretUrl(
  name: string,
  options: { doc: string; schemes: readonly string[] },
): Setting<Secret> {
  const { doc, schemes } = options;
  const fits = (one: string) => schemes.some((scheme) => one.trim().startsWith(`${scheme}://`));
  return setting(name, { doc }, (raw) => {
    if (!raw.split(',').every((one) => fits(one) && URL.canParse(one.trim()))) {
      throw new Error(`must be a URL that begins with ${schemes[0]}://`);
    }
    return new Secret(raw);
  });
}

/** The Postgres of a service, from DATABASE_URL. */
export function databaseUrl(): Setting<Secret> {
  const doc = "the service's own Postgres: postgres://user:password@host:port/database";
  return secretUrl('DATABASE_URL', { doc, schemes: ['postgres', 'postgresql'] });
}

/** Where facts come from and go to, from NATS_URL. */
export function natsUrl(): Setting<Secret> {
  const doc = 'where facts are delivered: nats://user:password@host:port';
  return secretUrl('NATS_URL', { doc, schemes: ['nats', 'tls'] });
}

/** An absolute URL, kept as its text. One that may hold a password belongs in `secret`. */
export function url(name: string, options: SettingOptions<string>): Setting<string> {
  return setting(name, options, (raw) => {
    if (!URL.canParse(raw)) throw new Error('must be an absolute URL');
    return raw;
  });
}

/** Items between commas; spaces around them and empty ones are dropped. */
export function list(name: string, options: SettingOptions<string[]>): Setting<string[]> {
  return setting(name, options, (raw) =>
    raw
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
}

/** `true` or `false`. */
export function flag(name: string, options: SettingOptions<boolean>): Setting<boolean> {
  return setting(name, options, (raw) => {
    if (raw === 'true') return true;
    if (raw === 'false') return false;
    throw new Error(`must be true or false, not ${JSON.stringify(raw)}`);
  });
}

/** Whether this process runs where outsiders may reach it: NODE_ENV says `production`. */
export function isProduction(): boolean {
  return process.env.NODE_ENV === 'production';
}

/** The file with the authority of Postgres' certificates, as every client of Postgres is told of it. */
export function postgresAuthority(): string | undefined {
  return process.env.PGSSLROOTCERT || undefined;
}
