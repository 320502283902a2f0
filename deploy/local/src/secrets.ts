import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { State } from './state.ts';

/**
 * The secret of this name in this state folder, 64 hex digits, made when it is first asked for.
 * It is kept, since what was hashed or signed with it must stay readable after a restart; a
 * `--reset` that drops the databases need not forget it.
 */
export function secretOf(state: State, name: string): string {
  const file = join(state.folder, 'secrets.json');
  const known: Record<string, string> = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : {};
  const existing = known[name];
  if (existing !== undefined) return existing;
  const made = randomBytes(32).toString('hex');
  writeFileSync(file, `${JSON.stringify({ ...known, [name]: made }, null, 2)}\n`, { mode: 0o600 });
  return made;
}
