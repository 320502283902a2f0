import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Rendered } from './chart.ts';
import { type Findings, mustFind } from './finding.ts';
import { podsOf } from './objects.ts';

const GUIDE = 'deploy/README.md';

/** Keys of Secrets that only an external server asks for; the guide has a sentence about them. */
const ADDRESSES = ['DATABASE_URL', 'NATS_URL'];

/**
 * Keys of components' Secrets that pods wait for and the guide does not make, or that it makes for
 * nobody, and keys of which its table of rotations does not say how long the old one stays.
 */
export function keysUnlikeGuide(rendered: Rendered): Findings {
  return keysUnlike(rendered, readFileSync(resolve(GUIDE), 'utf8'));
}

function keysUnlike({ values, objects }: Rendered, guide: string): Findings {
  const where = `${values}: ${GUIDE}`;
  const made = keysMade(guide);
  const wanted = keysWanted(objects);
  const names = new Set([...wanted].map((key) => key.split(' ')[1] ?? ''));
  return [
    ...[...wanted]
      .filter((key) => !made.has(key))
      .map((key) => ({ where, problem: `makes no ${key}, without which a pod never starts` })),
    ...[...made]
      .filter((key) => !wanted.has(key))
      .map((key) => ({ where, problem: `makes ${key}, which no pod reads` })),
    ...[...names]
      .filter((name) => !guide.includes(`| \`${name}\` `))
      .map((name) => ({ where, problem: `does not say how ${name} is rotated` })),
  ];
}

/** `causeway-fx QUOTE_TOKEN_KEYS`, of every pod but the databases' own Secrets. */
function keysWanted(objects: Rendered['objects']): ReadonlySet<string> {
  const references = podsOf(objects).flatMap(({ spec }) =>
    spec.containers.flatMap(({ env = [] }) =>
      env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
    ),
  );
  return new Set(
    references
      .filter(({ name, key }) => !name.endsWith('-db-app') && !ADDRESSES.includes(key))
      .map(({ name, key }) => `${name} ${key}`),
  );
}

function keysMade(guide: string): ReadonlySet<string> {
  const lines = guide.replace(/\\\n\s*/g, ' ').matchAll(/^secret (\S+) (.*)$/gm);
  return new Set(
    [...lines].flatMap(([, name, literals = '']) =>
      [...literals.matchAll(/--from-literal=(\w+)=/g)].map(([, key]) => `${name} ${key}`),
    ),
  );
}

/** That a key which the guide forgets, and one that nobody reads, are found. */
export function findsKeysUnlikeGuide(rendered: Rendered): Findings {
  const guide = readFileSync(resolve(GUIDE), 'utf8');
  const without = guide.replace('--from-literal=TRUST_KEY_SECRET', '--from-literal=TRUST_SECRET');
  return [
    ...mustFind('a guide without TRUST_KEY_SECRET', keysUnlike(rendered, without)),
    ...mustFind('a table without it', keysUnlike(rendered, guide.replace('| `TRUST_KEY', '| `'))),
  ];
}
