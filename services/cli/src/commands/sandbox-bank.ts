import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { Cli, type GlobalOptions } from '../cli.ts';

/** `sandbox-bank …`: a program of the sandbox, which no service or command imports. */
export function sandboxBankCommands(program: Command): void {
  program
    .command('sandbox-bank')
    .description("the sandbox's bank: its statements, and partners' own files, with what is wrong")
    .argument('[words...]', 'see "causeway sandbox-bank help"')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: string[], _options: unknown, command: Command) => {
      const { state } = new Cli(command.optsWithGlobals<GlobalOptions>());
      process.exitCode = await run(['--state', state, ...words]);
    });
}

function run(words: readonly string[]): Promise<number> {
  const bank = join(dirname(process.argv[1] ?? '.'), 'sandbox-bank.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bank, ...words], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
