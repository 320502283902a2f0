import { resolve } from 'node:path';
import type { Findings } from './finding.ts';
import { type KubeObject, parseObjects } from './objects.ts';
import { run } from './tools.ts';

/** Where the chart lies. */
export const CHART = resolve('deploy/helm/causeway');

/** The oldest Kubernetes that the chart is for; a helm would else take what it was built with. */
const OLDEST = ['--kube-version', '1.30.0'];

/** Values that the chart is rendered with. */
export interface ValuesSet {
  name: string;
  /** Files over the chart's own values.yaml. */
  files: readonly string[];
}

/** The sets that the chart brings. */
export const VALUES: readonly ValuesSet[] = [
  { name: 'defaults', files: [] },
  { name: 'trial', files: [resolve(CHART, 'values-trial.yaml')] },
  { name: 'production', files: [resolve(CHART, 'values-production.yaml')] },
];

/** What helm makes of the chart with one set of values. */
export interface Rendered {
  values: string;
  /** Whether it is what an upgrade would apply, not a first installation. */
  upgrade: boolean;
  objects: KubeObject[];
}

/** What helm itself says against the chart. */
export async function lint(helm: string, set: ValuesSet): Promise<Findings> {
  const { code, output } = await run(helm, [
    'lint',
    '--strict',
    ...OLDEST,
    CHART,
    ...fileArgs(set),
  ]);
  return code === 0 ? [] : [{ where: `${set.name}: helm lint`, problem: output.trim() }];
}

/** Renders the chart. Throws an Error with helm's own words where it cannot be rendered. */
export async function render(
  helm: string,
  set: ValuesSet,
  upgrade = false,
  extra: readonly string[] = [],
): Promise<Rendered> {
  const args = ['template', 'causeway', CHART, '--namespace', 'payments', ...OLDEST];
  const asked = upgrade ? ['--is-upgrade'] : [];
  const { code, output, stdout } = await run(helm, [...args, ...fileArgs(set), ...asked, ...extra]);
  if (code !== 0) throw new Error(`${set.name}: ${output.trim()}`);
  return { values: set.name, upgrade, objects: parseObjects(stdout) };
}

function fileArgs({ files }: ValuesSet): string[] {
  return files.flatMap((file) => ['--values', file]);
}

/** Values that must be refused, each a mistake that somebody will make. */
const WRONG = [
  ['a key that the chart does not know', 'services.fx.replcas=3'],
  ['a setting that the service does not know', 'services.fx.env.BORD_PERIOD_SECONDS=3'],
  ['a service that does not exist', 'services.ledger.replicas=3'],
  ['a prefix of codes that is too short', 'wallets.wallet.codePrefix=12'],
  ['a mode that does not exist', 'postgres.mode=sqlite'],
  ['a grace shorter than the drain', 'drain.graceSeconds=20'],
] as const;

/** That mistakes in values are refused before anything is installed. */
export async function wrongValuesAreRefused(helm: string): Promise<Findings> {
  const [set] = VALUES.filter(({ name }) => name === 'trial');
  if (set === undefined) return [];
  const answers = await Promise.all(
    WRONG.map(async ([what, setting]) => {
      const accepted = await render(helm, set, false, ['--set-string', setting]).then(
        () => true,
        () => false,
      );
      return accepted ? [{ where: setting, problem: `${what} was accepted` }] : [];
    }),
  );
  return answers.flat();
}
