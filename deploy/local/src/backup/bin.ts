import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { databaseUrl } from '../databases.ts';
import { Guard } from '../guard.ts';
import { clusterData, startPostgres } from '../postgres.ts';
import { SERVICES } from '../services.ts';
import { lockState, type State, stateIn } from '../state.ts';
import { archiveOf } from './archive.ts';
import { momentOf, takeBaseBackup } from './base-backup.ts';
import { restoreDatabase } from './restore.ts';

const HELP = `
The stack has to run with its log archived: npm start -- --archive. A base backup is taken while it
runs; a restore is made while it is down, and concerns the database of one service alone. What that
means for each service, and for a Postgres that somebody operates, is in deploy/README.md.

Examples:
  npm run backup -- base
  npm run backup -- list
  npm run backup -- restore routing 2026-11-30T14:05:00Z
`;

const state = () => stateIn(process.env.CAUSEWAY_STATE || '.causeway');
const say = (line: string) => process.stdout.write(`${line}\n`);

async function base(): Promise<void> {
  const { folder } = state();
  const path = join(folder, 'databases.json');
  if (!existsSync(path)) throw new Error(`no stack is running in ${folder}`);
  const databases: Record<string, string> = JSON.parse(readFileSync(path, 'utf8'));
  const [any] = Object.values(databases);
  if (any === undefined) throw new Error('this stack has no database');
  say(await takeBaseBackup(databaseUrl(any, 'postgres')));
}

async function list(): Promise<void> {
  const folder = archiveOf(clusterData(state().postgres)).base;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.sort()) {
    const moment = momentOf(name);
    if (moment) say(`${moment.toISOString()}  ${join(folder, name)}`);
  }
}

async function restore(service: string, time: string): Promise<void> {
  const owners = SERVICES.filter(({ database }) => database).map(({ name }) => name);
  if (!owners.includes(service)) throw new Error(`services with a database: ${owners.join(', ')}`);
  const to = new Date(time);
  if (Number.isNaN(to.getTime())) throw new Error('the moment is to be like 2026-11-30T14:05:00Z');
  const at = state();
  const release = lockState(at);
  const guard = new Guard();
  try {
    await restoreWith(at, guard, service, to);
  } finally {
    guard.close();
    release();
  }
}

async function restoreWith(at: State, guard: Guard, service: string, to: Date): Promise<void> {
  mkdirSync(at.logs, { recursive: true });
  const logFile = join(at.logs, 'postgres.log');
  const options = { folder: at.postgres, logFile, durable: true, archive: true, guard };
  const server = await startPostgres(options);
  try {
    const from = await restoreDatabase({
      ...{ server, folder: at.postgres, service, to, guard },
      logFile: join(at.logs, 'postgres-recovered.log'),
    });
    say(`${service} is as it was at ${to.toISOString()}, from the base backup in ${from}`);
  } finally {
    await server.process.stop();
  }
}

const program = new Command('npm run backup --')
  .description('Backups of the databases of the stack on this machine, to any moment since.')
  .addHelpText('after', HELP)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
program.command('base').description('copy all databases while the stack runs').action(base);
program.command('list').description('the base backups that there are').action(list);
program
  .command('restore <service> <time>')
  .description("restore one service's database to a moment, while the stack is down")
  .action(restore);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
