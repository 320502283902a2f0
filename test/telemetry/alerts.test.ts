import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildProgram } from '../../services/cli/src/program.ts';
import { ROOT } from '../tidy/sources.ts';
import { series } from './declared.ts';
import { missing } from './promql.ts';
import { recorded, rules } from './rules.ts';

const RUNBOOKS = join(ROOT, 'deploy', 'runbooks');
const all = rules();
const alerts = all.filter(({ alert }) => alert !== undefined);
const runbooks = readdirSync(RUNBOOKS);

let known: Map<string, ReadonlySet<string>>;
beforeAll(async () => {
  known = new Map([...(await series()), ...recorded(all)]);
});

test.each(all)('$alert$record asks for nothing that does not exist', ({ expr }) => {
  expect(missing(expr, known)).toEqual([]);
});

test.each(alerts)('$alert says what it is about, how bad, why so, and what to do', (rule) => {
  const { alert = '', labels, annotations = {} } = rule;
  expect(alert).toMatch(/^Causeway[A-Z][A-Za-z]+$/);
  expect(['page', 'ticket']).toContain(labels.severity);
  expect(annotations.summary?.length).toBeGreaterThan(20);
  expect(annotations.why?.length).toBeGreaterThan(20);
  expect(annotations.runbook_url).toBe(`deploy/runbooks/${alert}.md`);
  expect(existsSync(join(ROOT, annotations.runbook_url ?? ''))).toBe(true);
});

test('each alert has one name, and each runbook an alert', () => {
  const names = alerts.map(({ alert = '' }) => alert);
  expect(new Set(names).size).toBe(names.length);
  expect(runbooks.toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
});

describe.each(runbooks)('%s', (file) => {
  const text = readFileSync(join(RUNBOOKS, file), 'utf8');

  test('says what its alert says: whether it pages, and three things to know', () => {
    const name = file.replace('.md', '');
    const severity = alerts.find(({ alert }) => alert === name)?.labels.severity;
    expect(text.startsWith(`# ${name}\n`)).toBe(true);
    expect(text).toContain(severity === 'page' ? '**Pages.**' : '**Ticket.**');
    for (const part of ['What it means', 'What to look at', 'What to do']) {
      expect(text).toContain(`\n## ${part}\n`);
    }
  });

  test('names commands, alerts, panels and files that exist', () => {
    const quoted = [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
    const commands = quoted.filter((code) => code.startsWith('causeway '));
    expect(commands.filter((command) => !isCommand(command.split(' ').slice(1)))).toEqual([]);
    const names = new Set(alerts.map(({ alert }) => alert));
    expect(quoted.filter((code) => /^Causeway[A-Z]/.test(code) && !names.has(code))).toEqual([]);
    const shown = new Set(titles());
    const panels = [...text.matchAll(/(?<![\w*_])[*_]([^*_\n]+)[*_](?![\w*_])/g)].map(
      ([, panel = '']) => panel,
    );
    expect(panels.filter((panel) => !shown.has(panel) && !OTHERS.has(panel))).toEqual([]);
    const files = [...text.matchAll(/\b((?:services|deploy|libs)\/[\w./-]+\.md)\b/g)];
    expect(files.filter(([, path = '']) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

/** What is set like a panel and is something else. */
const OTHERS: ReadonlySet<string> = new Set(['Targets', 'rotate certificates']);

/** Whether words begin with the name of a command, and have only options that it takes. */
function isCommand(words: readonly string[]): boolean {
  let here = buildProgram();
  let depth = 0;
  for (const word of words) {
    const next = here.commands.find((command) => command.name() === word);
    if (next === undefined) break;
    here = next;
    depth += 1;
  }
  const options = [...buildProgram().options, ...here.options].map(({ long }) => long);
  const given = words.filter((word) => word.startsWith('--') && word !== '--help');
  return depth > 0 && given.every((option) => options.includes(option));
}

/** Names of dashboards and of their panels. */
function titles(): string[] {
  const folder = join(ROOT, 'deploy', 'grafana');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.flatMap((name) => {
    const { title, panels } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const shown: { title: string }[] = panels;
    return [title.replace('Causeway / ', ''), ...shown.map((panel) => panel.title)];
  });
}
