import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { withClient } from '@causeway/deploy-local';
import type { Problem } from '../part.ts';

/** What the verifier prints with `--json`, as far as it matters here. */
interface Verdict {
  checks: { name: string; ok: boolean; problems: string[] }[];
}

/**
 * Has the verifier recompute every balance, entry number and running balance of a ledger from its
 * transfers, and compares the rows with what the writers were answered.
 */
export async function checkLedger(
  url: string,
  answered: ReadonlyMap<string, number>,
): Promise<Problem[]> {
  return [...(await recompute(url)), ...(await compare(url, answered))];
}

async function recompute(url: string): Promise<Problem[]> {
  // To the verifier a ledger alone is what settlement has.
  const args = [resolve('dist', 'verifier.js'), '--settlement', url, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  for await (const text of child.stdout.setEncoding('utf8')) stdout += text;
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) return [{ what: 'the verifier could not read the ledger' }];
  const { checks }: Verdict = JSON.parse(line);
  return checks
    .filter(({ ok }) => !ok)
    .map(({ name, problems }) => ({ what: `${name}: ${problems.join('; ')}` }));
}

async function compare(url: string, answered: ReadonlyMap<string, number>): Promise<Problem[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ key: string; count: string }>(`
      SELECT concat(lane, ' ', outcome) AS key, count(*)::text AS count
        FROM ledger_transfers WHERE reference <> 'opening' GROUP BY lane, outcome`),
  );
  const found = new Map(rows.map(({ key, count }) => [key, Number(count)]));
  return [...new Set([...answered.keys(), ...found.keys()])]
    .filter((key) => answered.get(key) !== found.get(key))
    .map((key) => ({
      what: `lane and outcome ${key}: ${answered.get(key) ?? 0} answered, ${found.get(key) ?? 0} found`,
    }));
}
