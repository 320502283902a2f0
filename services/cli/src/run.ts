import type { Command } from 'commander';
import { type Answer, Cli, type GlobalOptions } from './cli.ts';
import { EXIT, tell } from './output/failure.ts';

/** What a command does with its arguments, and what it answers. */
type Handler<Args extends unknown[]> = (cli: Cli, ...args: Args) => Promise<Answer>;

/**
 * Makes a commander action of a handler: opens the way to the stack, prints the answer or tells
 * the error, and sets the exit code.
 */
export function act<Args extends unknown[]>(handler: Handler<Args>) {
  return async (...given: [...Args, Command]): Promise<void> => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions>();
    const cli = new Cli(options);
    try {
      const answer = await handler(cli, ...(given.slice(0, -1) as Args));
      print(options, answer.text, answer.data);
      process.exitCode = answer.failed === true ? EXIT.refused : EXIT.done;
    } catch (error) {
      const told = tell(error);
      process.stderr.write(`${told.text}\n`);
      if (options.json) print(options, '', told.data);
      process.exitCode = told.exitCode;
    } finally {
      cli.close();
    }
  };
}

function print(options: GlobalOptions, text: string, data: unknown): void {
  process.stdout.write(`${options.json ? JSON.stringify(data) : text}\n`);
}
