import { buildName } from './build.ts';

/** What a program was asked to do by its arguments. */
export type Command =
  | { kind: 'serve' }
  | { kind: 'task'; name: string }
  | { kind: 'say'; text: string; exitCode: number };

/** Reads the arguments of a service; without any it serves. */
export function commandOf(
  service: string,
  args: readonly string[],
  tasks: readonly string[],
): Command {
  const [first, ...others] = args;
  if (first === undefined) return { kind: 'serve' };
  if (others.length > 0) return usage(service, tasks, 2);
  if (first === '--version') {
    return { kind: 'say', text: `${service} ${buildName()}\n`, exitCode: 0 };
  }
  if (first === '--help') return usage(service, tasks, 0);
  return tasks.includes(first) ? { kind: 'task', name: first } : usage(service, tasks, 2);
}

function usage(service: string, tasks: readonly string[], exitCode: number): Command {
  const words = [...tasks, '--version', '--help'].join(' | ');
  const text = `Usage: ${service} [${words}]\n\nWithout an argument it serves until SIGTERM. Its environment configures it.\n`;
  return { kind: 'say', text, exitCode };
}
