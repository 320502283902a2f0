import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { buildProgram } from '../../../services/cli/src/program.ts';
import { type Findings, mustFind } from './finding.ts';

const GUIDE = 'deploy/README.md';
const RUNBOOKS = 'deploy/runbooks';

/** Commands of `causeway` and npm that the guide and the runbooks name and that do not exist. */
export function unknownCommands(): Findings {
  const found = pages().flatMap((page) => problemsIn(page, readFileSync(resolve(page), 'utf8')));
  return [
    ...found,
    ...mustFind('a command that is none', problemsIn('planted', '`causeway partner enter acme`')),
    ...mustFind('an option that is none', problemsIn('planted', '`causeway replay --since x`')),
    ...mustFind('a script that is none', problemsIn('planted', '`npm run deploy`')),
  ];
}

/** The guide and the runbooks. */
function pages(): string[] {
  return [GUIDE, ...readdirSync(resolve(RUNBOOKS)).map((name) => join(RUNBOOKS, name))];
}

/** What the pages write in capitals, and something that it may stand for after a first installation. */
const EXAMPLES: Readonly<Record<string, string>> = {
  AMOUNT: '1 HKD',
  DAY: '2026-01-01',
  ISSUER: 'harbour-pay',
  PARTICIPANT: 'acme',
  PARTNER: 'acme',
  PERSON: 'ann',
  REASON: 'card top-ups',
  ROUTE: 'acme-jp',
  SUBJECT: 'restore',
  TIME: '2026-01-01T00:00:00Z',
  VERSION: '1',
  WALLETS: 'wallet',
  WEBHOOK: 'main',
};
const ANY_ID = '00000000-0000-4000-8000-000000000000';

/** Only for one machine, and its page says so. */
const NOT_IN_A_CLUSTER = ['books verify'];

/**
 * Every command of `causeway` that the pages tell to run, as arguments, with something in the place of
 * what they leave open. A command that is only named, without the arguments that it needs, is none.
 */
export function commandsToRun(): string[][] {
  const typed = pages().flatMap((page) =>
    codeIn(readFileSync(resolve(page), 'utf8')).flatMap(
      (line) => /^causeway (.*)$/.exec(line.replace(/ #.*$/, ''))?.[1] ?? [],
    ),
  );
  return [...new Set(typed)]
    .filter((line) => !isOfTheImage(line) && !NOT_IN_A_CLUSTER.includes(line))
    .map((line) =>
      [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ''),
    )
    .filter((words) => !isName(words))
    .map((words) => words.map((word) => word.replace(/\b[A-Z]{3,}\b/g, exampleOf)));
}

function exampleOf(name: string): string {
  const currencies = ['HKD', 'JPY'];
  return currencies.includes(name) ? name : (EXAMPLES[name] ?? ANY_ID);
}

/** Whether words are the name of a command which needs more than that. */
function isName(words: readonly string[]): boolean {
  const { command, rest } = commandOf(words);
  const needs =
    command.registeredArguments.some(({ required }) => required) ||
    command.options.some(({ mandatory, long }) => mandatory && long !== undefined);
  const isComplete = words.includes('--help') || !(needs || command.commands.length > 0);
  return rest.every((word) => word.startsWith('--') && !word.includes('=')) && !isComplete;
}

function commandOf(words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command: Command = buildProgram();
  for (const [at, word] of words.entries()) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) return { command, rest: words.slice(at) };
    command = next;
  }
  return { command, rest: [] };
}

function problemsIn(where: string, text: string): Findings {
  const { scripts } = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return codeIn(text).flatMap((line) => {
    const script = /^npm run ([a-z:]+)/.exec(line)?.[1];
    const problem =
      script !== undefined && script !== 'causeway'
        ? Object.hasOwn(scripts, script) || `there is no npm script ${script}`
        : commandProblem(/^(?:npm run )?causeway (?:-- )?(.*)$/.exec(line)?.[1]);
    return typeof problem === 'string' ? [{ where: `${where}: ${line}`, problem }] : [];
  });
}

/** What stands between backticks, a command a line. */
function codeIn(text: string): string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) =>
    (match[1] ?? '').replace(/\\\n\s*/g, ' ').split('\n'),
  );
  const spans = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)];
  return [...blocks, ...spans.map((match) => match[1] ?? '')].map((line) => line.trim());
}

/** What is wrong with the arguments of `causeway`; those of the image name a program instead. */
function commandProblem(typed: string | undefined): string | undefined {
  if (typed === undefined || isOfTheImage(typed)) return;
  const words = typed
    .replace(/#.*$/, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  let command: Command = buildProgram();
  const options = ['--help', ...longOptions(command)];
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
    options.push(...longOptions(command));
  }
  if (command.commands.length > 0 && !words.includes('--help')) {
    const isKnown = command.name() !== 'causeway' && command.registeredArguments.length > 0;
    if (!isKnown) return `there is no such command of ${command.name()}`;
  }
  const unknown = words.find((word) => /^--[a-z]/.test(word) && !options.includes(word));
  return unknown === undefined ? undefined : `has no option ${unknown}`;
}

/** Arguments of the image, which name a program first. */
function isOfTheImage(typed: string): boolean {
  return /^(wallet|fx|cli|<\w+>)( |$)(migrate|…|--version|$)/.test(typed);
}

function longOptions(command: Command): string[] {
  return command.options.flatMap(({ long }) => long ?? []);
}
