import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Env } from '@causeway/runtime';
import { acquiringConfig } from '../../../services/acquiring/src/config.ts';
import { readConfig as fxConfig } from '../../../services/fx/src/config.ts';
import { routingConfig } from '../../../services/routing/src/config.ts';
import { settlementConfig } from '../../../services/settlement/src/config.ts';
import { walletConfig } from '../../../services/wallet/src/config.ts';

/** How each program reads its environment. */
const CONFIGS: Readonly<Record<string, (env: Env) => unknown>> = {
  acquiring: acquiringConfig,
  fx: fxConfig,
  routing: routingConfig,
  settlement: settlementConfig,
  wallet: walletConfig,
};

/** What a program made of an environment. */
export interface Reading {
  /** The variables that it looked at, set or not. */
  names: ReadonlySet<string>;
  /** Why it would not start; undefined where it would. */
  refusal: string | undefined;
}

/** Has the program's own code read an environment; undefined where there is no such program. */
export function readAs(program: string, env: Env): Reading | undefined {
  const config = CONFIGS[program];
  if (config === undefined) return undefined;
  const names = new Set<string>();
  const watched = new Proxy(env, {
    get(target, name) {
      if (typeof name === 'string') names.add(name);
      return Reflect.get(target, name);
    },
  });
  try {
    config(watched);
    return { names, refusal: undefined };
  } catch (error) {
    return { names, refusal: error instanceof Error ? error.message : String(error) };
  }
}

/** The programs that have a configuration. */
export const CONFIGURED = Object.keys(CONFIGS);

/**
 * The variables that every program knows besides: what libs/runtime and libs/db read of the environment, and
 * what the platform reads below it.
 */
export function namesOfTheRuntime(): ReadonlySet<string> {
  const texts = ['libs/runtime/src', 'libs/db/src'].flatMap((folder) =>
    textsBelow(resolve(folder)),
  );
  const own = texts.flatMap((text) =>
    [...text.matchAll(/\benv\.([A-Z][A-Z0-9_]+)/g)].map((match) => match[1] ?? ''),
  );
  const driver = readFileSync(resolve('node_modules/pg/lib/connection-parameters.js'), 'utf8');
  return new Set([...own, ...(driver.includes('PGSSLMODE') ? ['PGSSLMODE'] : [])]);
}

/** Whether the command line reads this variable. */
export function isReadByTheCli(name: string): boolean {
  const word = new RegExp(`\\benv\\.${name}\\b`);
  return ['services/cli/src', 'libs/callers/src'].some((folder) =>
    textsBelow(resolve(folder)).some((text) => word.test(text)),
  );
}

/** The names of instruments that the code declares, as Prometheus shows them, without suffixes. */
export function declaredMetrics(): ReadonlySet<string> {
  const texts = ['libs', 'services'].flatMap((folder) => textsBelow(resolve(folder)));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:counter|gauge|histogram)\(\s*'([a-z0-9_.]+)'/g)].map(
      (match) => match[1] ?? '',
    ),
  );
  return new Set(names.map((name) => name.replaceAll('.', '_')));
}

/** The names under which services follow facts: what a metric calls `durable`. */
export function declaredConsumers(): ReadonlySet<string> {
  const names = textsBelow(resolve('services')).flatMap((text) =>
    [...text.matchAll(/\b[A-Z_]+_CONSUMER = '([a-z-]+)'/g)].map((match) => match[1] ?? ''),
  );
  return new Set(names);
}

function textsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' || entry.name === 'gen'
        ? []
        : textsBelow(join(folder, entry.name));
    }
    const isSource = entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts');
    return isSource ? [readFileSync(join(folder, entry.name), 'utf8')] : [];
  });
}
