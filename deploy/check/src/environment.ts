import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProgram } from '../../docker/src/programs.ts';
import { CHART, type Rendered } from './chart.ts';
import { CONFIGURED, isReadByTheCli, namesOfTheRuntime, readAs } from './code.ts';
import { type Findings, mustFind } from './finding.ts';
import { type Container, type EnvVar, type KubeObject, nameOf, podsOf } from './objects.ts';

/** What a Secret would hold: of its own shape where the service looks at that. */
const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://user:secret@db.example:5432/causeway',
  uri: 'postgresql://user:secret@db.example:5432/causeway',
  NATS_URL: 'nats://user:secret@nats.example:4222',
};
const ANY_KEY = `k1:${'5e'.repeat(32)}`;

/** A container of our image, and what its arguments say that it does. */
interface OurContainer {
  owner: KubeObject;
  container: Container;
  program: string;
  task: string | undefined;
}

/**
 * That each container runs a program of the image, that the program would start with the
 * environment it is given, and that it reads every variable of it. The services' own config.ts
 * decides, on the rendered values.
 */
export function wrongEnvironments({ values, objects }: Rendered): Findings {
  const runtime = namesOfTheRuntime();
  return ourContainers(objects).flatMap((ours) => {
    const where = `${values}: ${nameOf(ours.owner)}`;
    return environmentProblems(ours, runtime).map((problem) => ({ where, problem }));
  });
}

/** The containers of our own image; those of NATS name another. */
function ourContainers(objects: readonly KubeObject[]): OurContainer[] {
  return podsOf(objects).flatMap(({ owner, spec }) =>
    spec.containers
      .filter(({ args }) => args !== undefined)
      .map((container) => {
        const [program = '', task] = container.args ?? [];
        return { owner, container, program, task };
      }),
  );
}

function environmentProblems(ours: OurContainer, runtime: ReadonlySet<string>): string[] {
  const { program, task, container } = ours;
  const variables = container.env ?? [];
  const twice = variables.filter(
    ({ name }, at) => variables.findIndex((v) => v.name === name) < at,
  );
  const problems = twice.map(({ name }) => `sets ${name} twice`);
  if (!isProgram(program)) return [...problems, `runs ${program}, which is no program`];
  const unread = (isKnown: (name: string) => boolean) =>
    variables
      .filter(({ name }) => !isKnown(name) && !runtime.has(name))
      .map(({ name }) => `sets ${name}, which ${program} does not read`);
  if (!CONFIGURED.includes(program)) {
    // Kubernetes puts variables into arguments that name them.
    const isGiven = (name: string) => container.args?.some((arg) => arg.includes(`$(${name})`));
    return [...problems, ...unread((name) => isGiven(name) || isReadByTheCli(name))];
  }
  if (task !== undefined) {
    const isKnown = (name: string) => name === 'DATABASE_URL';
    const known = task === 'migrate' ? [] : [`has a task ${task}, which is none`];
    return [...problems, ...known, ...unread(isKnown)];
  }
  const reading = readAs(
    program,
    Object.fromEntries(variables.map((v) => [v.name, givenOrLike(v)])),
  );
  return [
    ...problems,
    ...(reading?.refusal === undefined ? [] : [`${program} would not start: ${reading.refusal}`]),
    ...unread((name) => reading?.names.has(name) ?? false),
  ];
}

function givenOrLike({ value, valueFrom }: EnvVar): string | undefined {
  const key = valueFrom?.secretKeyRef?.key;
  return key === undefined ? value : (SECRETS[key] ?? ANY_KEY);
}

/** That a variable too few, too many or of a wrong value is found. */
export function findsWrongEnvironments(rendered: Rendered): Findings {
  const spoiled = (spoil: (container: Container) => void) => {
    const objects = structuredClone(rendered.objects);
    const routing = ourContainers(objects).find((ours) => ours.program === 'routing' && !ours.task);
    if (routing !== undefined) spoil(routing.container);
    return wrongEnvironments({ ...rendered, objects });
  };
  const without = (name: string) => (container: Container) => {
    container.env = container.env?.filter((variable) => variable.name !== name) ?? [];
  };
  const setting = (name: string, value: string) => (container: Container) => {
    without(name)(container);
    container.env?.push({ name, value });
  };
  return [
    ...mustFind('routing without FX_ADDRESS', spoiled(without('FX_ADDRESS'))),
    ...mustFind('routing without its keys', spoiled(without('QUOTE_TOKEN_KEYS'))),
    ...mustFind('a variable that nobody reads', spoiled(setting('FX_ADRESS', 'fx:8443'))),
    ...mustFind('a value out of bounds', spoiled(setting('INQUIRY_SECONDS', '600'))),
    ...mustFind(
      'a program that is none',
      spoiled((container) => container.args?.splice(0, 1, 'ruting')),
    ),
  ];
}

/** What is read of a JSON schema. */
type Schema = { properties: Record<string, Schema>; $ref?: string; $defs?: Record<string, Schema> };

/**
 * That values.schema.json names, for each service, exactly the settings that its code reads and the
 * chart does not decide: so that a typo is refused, and a new setting can be used.
 */
export function settingsUnlikeCode({ objects }: Rendered): Findings {
  const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as Schema;
  return CONFIGURED.flatMap((program) => {
    const decided = new Set([
      ...ourContainers(objects)
        .filter((ours) => ours.program === program)
        .flatMap(({ container }) => (container.env ?? []).map(({ name }) => name)),
      ...DECIDED_WHERE_USED,
    ]);
    const settable = Object.keys(schema.$defs?.[`env-${program}`]?.properties ?? {});
    const read = [...(readAs(program, {})?.names ?? [])];
    const where = `values.schema.json: env-${program}`;
    return [
      ...read
        .filter((name) => !settable.includes(name) && !decided.has(name))
        .map((name) => ({ where, problem: `does not know ${name}, which ${program} reads` })),
      ...settable
        .filter((name) => !read.includes(name))
        .map((name) => ({ where, problem: `knows ${name}, which ${program} does not read` })),
    ];
  });
}

/** Variables that the chart sets in some sets of values only. */
const DECIDED_WHERE_USED = [
  'DISTRIBUTED_SHARDS',
  'DISTRIBUTE_BY_LANE',
  'NATS_TLS_DIR',
  'POLICY_FILE',
];
