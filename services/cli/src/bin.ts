import { CommanderError } from 'commander';
import { UsageError } from './input/usage.ts';
import { EXIT, tell } from './output/failure.ts';
import { buildProgram } from './program.ts';

/** Commander has told its own errors on stderr already; those of our parsers are told here. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  const told = error instanceof CommanderError ? tell(new UsageError(plain(error))) : tell(error);
  if (!(error instanceof CommanderError)) process.stderr.write(`${told.text}\n`);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(told.data)}\n`);
  return told.exitCode;
}

/** Without the word that says that it is one. */
function plain({ message }: CommanderError): string {
  return message.replace(/^error: /, '');
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
