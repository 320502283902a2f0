import { findsUnknownMetrics, unknownMetrics } from './alerts.ts';
import {
  lint,
  type Rendered,
  render,
  VALUES,
  type ValuesSet,
  wrongValuesAreRefused,
} from './chart.ts';
import { findsDockerfileMistakes, lintDockerfile } from './dockerfile.ts';
import { findsWrongEnvironments, settingsUnlikeCode, wrongEnvironments } from './environment.ts';
import type { Findings } from './finding.ts';
import { unknownCommands } from './guide.ts';
import { type Tried, tryImage } from './image/smoke.ts';
import { findsKeysUnlikeGuide, keysUnlikeGuide } from './keys.ts';
import { findsShortLives, shortLives } from './lifetime.ts';
import { tryNats } from './nats.ts';
import { findsWrongHoles, wrongHoles } from './network.ts';
import { operatorsUnknown } from './operators.ts';
import { brokenReferences, findsBrokenReferences } from './references.ts';
import { findsUnrestricted, notRestricted } from './restricted.ts';
import { Schemas } from './schemas.ts';
import { findHelm, type Say, toolFolder } from './tools.ts';

/** A check by its name, and what it found. */
export interface Result {
  name: string;
  findings: Findings;
  /** What is worth knowing of a check that found nothing. */
  note?: string;
  seconds: number;
}

/** What was checked. */
export interface Report {
  ok: boolean;
  results: Result[];
  /** How many objects were rendered, over all sets of values, and of which kinds. */
  objects: number;
  kinds: string[];
}

/** Wrongs are planted in this set, which has an object of every kind. */
const FULLEST = 'production';

/** What a check found, and perhaps what else it has to say. */
type Outcome = Findings | Tried;

/** This set is run: it needs nothing from outside. */
const RUN = 'trial';

type Check = (rendered: Rendered) => Findings;

/** What is checked of everything that was rendered, and what shows that the check can fail. */
const CHECKS: readonly [name: string, check: Check, planted: Check][] = [
  ['restricted pods', notRestricted, findsUnrestricted],
  ['environments, by the code', wrongEnvironments, findsWrongEnvironments],
  ['references, ports and probes', brokenReferences, findsBrokenReferences],
  ['network holes', wrongHoles, findsWrongHoles],
  ['lifetimes', shortLives, findsShortLives],
  ['metrics and runbooks', unknownMetrics, findsUnknownMetrics],
];

/** What is asked of the checks. */
export interface Asked {
  /** Sets of values to check besides those of the chart. */
  own: readonly ValuesSet[];
  /** Whether to leave out what an upgrade would apply. */
  short: boolean;
}

/**
 * Runs every check, in turn, and tells of each as it ends.
 * Throws `Missing` where a tool is not there and cannot be brought.
 */
export async function checkDeployment(
  { own, short }: Asked,
  say: Say,
  told: (result: Result) => void,
): Promise<Report> {
  const helm = await findHelm(say);
  const schemas = new Schemas(await toolFolder('schemas', say));
  const sets = [...VALUES, ...own];
  const results: Result[] = [];
  const check = async (name: string, run: () => Outcome | Promise<Outcome>) => {
    const started = performance.now();
    const outcome = await run();
    const { findings, note } = Array.isArray(outcome) ? { findings: outcome, note: '' } : outcome;
    const seconds = (performance.now() - started) / 1_000;
    const result = { name, findings: once(findings), ...(note !== '' && { note }), seconds };
    results.push(result);
    told(result);
  };

  await check('Dockerfile', () => [...lintDockerfile(), ...findsDockerfileMistakes()]);
  await check('commands of the guide and runbooks', unknownCommands);
  await check('helm lint', async () =>
    (await Promise.all(sets.map((set) => lint(helm, set)))).flat(),
  );
  await check('wrong values are refused', () => wrongValuesAreRefused(helm));
  await check('wallet operators of any name', () => operatorsUnknown(helm));
  const rendered: Rendered[] = [];
  await check('helm template', async () => {
    try {
      rendered.push(...(await renderAll(helm, sets, short)));
      return [];
    } catch (error) {
      return [
        { where: 'helm template', problem: error instanceof Error ? error.message : String(error) },
      ];
    }
  });
  const fullest = rendered.find(({ values }) => values === FULLEST);
  if (fullest !== undefined) {
    await check('schemas', () => againstSchemas(schemas, rendered));
    await check('a typo in each kind is found', () => plantedTypos(schemas, rendered));
    for (const [name, find, planted] of CHECKS) {
      await check(name, () => [...rendered.flatMap(find), ...planted(fullest)]);
    }
    await check('settings, by the code', () => settingsUnlikeCode(fullest));
    await check('keys, by the guide', () => [
      ...keysUnlikeGuide(fullest),
      ...findsKeysUnlikeGuide(fullest),
    ]);
    if (!short) await check('NATS as configured', () => tryNats(fullest, say));
  }
  const trial = rendered.find(({ values, upgrade }) => values === RUN && !upgrade);
  if (!short && trial !== undefined) {
    await check('the release in the image', () => tryImage(trial, say));
  }
  const objects = rendered.flatMap((one) => one.objects);
  return {
    ok: results.every(({ findings }) => findings.length === 0),
    results,
    objects: objects.length,
    kinds: [...new Set(objects.map(({ kind }) => kind))].sort(),
  };
}

/** An installation and an upgrade mostly have the same faults. */
function once(findings: Findings): Findings {
  const texts = findings.map(({ where, problem }) => `${where}\n${problem}`);
  return findings.filter((_, at) => texts.indexOf(texts[at] ?? '') === at);
}

/** Each set of values as it is installed, and as it is upgraded. */
function renderAll(helm: string, sets: readonly ValuesSet[], short: boolean): Promise<Rendered[]> {
  const ways = short ? [false] : [false, true];
  return Promise.all(sets.flatMap((set) => ways.map((upgrade) => render(helm, set, upgrade))));
}

async function againstSchemas(schemas: Schemas, rendered: readonly Rendered[]): Promise<Findings> {
  const found: Findings = [];
  for (const { values, objects } of rendered) {
    for (const object of objects) found.push(...(await schemas.check(values, object)));
  }
  return found;
}

/** One object of every kind that was rendered gets the typos. */
async function plantedTypos(schemas: Schemas, rendered: readonly Rendered[]): Promise<Findings> {
  const objects = rendered.flatMap((one) => one.objects);
  const kinds = new Map(objects.map((object) => [`${object.apiVersion} ${object.kind}`, object]));
  const answers = await Promise.all(
    [...kinds.values()].map((object) => schemas.findsTypos(object)),
  );
  return answers.flat();
}
