import { type Rendered, render, VALUES } from './chart.ts';
import { type Findings, mustFind } from './finding.ts';
import type { KubeObject } from './objects.ts';

const RULES = ['--set', 'telemetry.rules.enabled=true'];
const wallet = (name: string, prefix: string) => [
  ...['--set', `wallets.${name}.issuerId=${name}-pay`],
  ...['--set-string', `wallets.${name}.codePrefix=${prefix}`],
];
const PEAK = wallet('peak', '284200');

/** Values besides the chart's own: a switch has no wallet operator, one of any name, or several. */
const OTHERS: readonly (readonly string[])[] = [
  RULES,
  [...RULES, ...PEAK],
  [...RULES, ...PEAK, '--set', 'wallets.peak.identity=issuer', ...wallet('wallet', '284100')],
];

/**
 * That whichever wallet operators the chart runs, exactly those are watched for being absent, and
 * the operator's pod is told by whose certificate each answers.
 */
export async function operatorsUnknown(helm: string): Promise<Findings> {
  const [set] = VALUES.filter(({ name }) => name === 'defaults');
  if (set === undefined) return [];
  const rendered = await Promise.all(OTHERS.map((extra) => render(helm, set, false, extra)));
  const [none, ...some] = rendered;
  return [
    ...rendered.flatMap(unknown),
    // The rules of a switch with a wallet operator, with the objects of one without, and the like.
    ...some.flatMap((one) =>
      mustFind('a wallet operator that nobody watches', unknown(mixed(one, none))),
    ),
  ];
}

function mixed(one: Rendered, other: Rendered | undefined): Rendered {
  const isRule = ({ kind }: KubeObject) => kind === 'PrometheusRule';
  const rules = other?.objects.filter(isRule) ?? [];
  return { ...one, objects: [...one.objects.filter((object) => !isRule(object)), ...rules] };
}

function unknown({ values, objects }: Rendered): Findings {
  const wallets = objects.filter(isWallet).map(({ metadata }) => metadata.name);
  const where = `${values} with ${wallets.join(' and ') || 'no wallet operator'}`;
  const named = (name: string) => name.replace(/^causeway-/, '');
  const watched = instancesWatched(objects);
  const endpoints = objects.flatMap(({ data }) => data?.['endpoints.json'] ?? []).join('');
  const told: Record<string, string> = JSON.parse(endpoints);
  return [
    ...(watched.join() === wallets.map(named).join()
      ? []
      : [{ where, problem: `is watched for the absence of ${watched.join(' and ') || 'none'}` }]),
    ...wallets
      .filter((name) => told[`${named(name)}_kind`] !== kindOf(name, objects))
      .map((name) => ({ where, problem: `the operator is not told who answers at ${name}` })),
  ];
}

function isWallet({ kind, spec }: KubeObject): boolean {
  const pod = spec as { template?: { spec?: { containers?: { args?: string[] }[] } } } | undefined;
  return kind === 'Deployment' && pod?.template?.spec?.containers?.[0]?.args?.[0] === 'wallet';
}

function instancesWatched(objects: readonly KubeObject[]): string[] {
  const rules = JSON.stringify(objects.filter(({ kind }) => kind === 'PrometheusRule'));
  const line = /absent\(target_info\{[^}]*causeway_instance=\\"([^"\\]+)\\"/g;
  return [...rules.matchAll(line)].map((match) => match[1] ?? '').sort();
}

/** `service` or `issuer`, by the certificate that cert-manager is asked for. */
function kindOf(host: string, objects: readonly KubeObject[]): string | undefined {
  const certificate = objects.find(
    ({ kind, metadata }) => kind === 'Certificate' && metadata.name === `${host}-tls`,
  );
  const [uri = ''] = (certificate?.spec?.uris ?? []) as string[];
  return uri.split('/')[3];
}
