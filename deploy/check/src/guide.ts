import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { buildProgram } from '../../../services/cli/src/program.ts';
import { type Findings, mustFind } from './finding.ts';

const GUIDE = 'deploy/README.md';
const RUNBOOKS = 'deploy/runbooks';

/** Commands of `causeway` and npm that the guide and the runbooks name and that do not exist. */
export function unknownCommands(): Findings {
  const pages = readdirSync(resolve(RUNBOOKS)).map((name) => join(RUNBOOKS, name));
  const found = [GUIDE, ...pages].flatMap((page) =>
    problemsIn(page, readFileSync(resolve(page), 'utf8')),
  );
  return [
    ...found,
    ...mustFind('a command that is none', problemsIn('planted', '`causeway partner enter acme`')),
    ...mustFind('an option that is none', problemsIn('planted', '`causeway replay --since x`')),
    ...mustFind('a script that is none', problemsIn('planted', '`npm run deploy`')),
  ];
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
  if (typed === undefined || /^(wallet|fx|cli|<\w+>)( |$)(migrate|…|--version|$)/.test(typed))
    return;
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

function longOptions(command: Command): string[] {
  return command.options.flatMap(({ long }) => long ?? []);
}
