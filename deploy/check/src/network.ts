import type { Rendered } from './chart.ts';
import { type Findings, mustFind } from './finding.ts';
import { type KubeObject, nameOf, type Pod, podsOf, selects } from './objects.ts';

interface Peer {
  podSelector?: { matchLabels?: Record<string, string> };
  namespaceSelector?: object;
  ipBlock?: { cidr: string };
}

interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { port: number; protocol?: string }[];
}

interface Policy {
  podSelector: { matchLabels?: Record<string, string> };
  policyTypes: string[];
  ingress?: Rule[];
  egress?: Rule[];
}

/** A policy as the chart has made it. */
interface PolicyObject extends KubeObject {
  spec: Policy & Record<string, unknown>;
}

/** Something that a policy selects by its labels: a pod of the chart, or of a database. */
interface Party {
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** One way that traffic may take, or has to. */
type Way = `${string} -> ${string}:${number}`;

/**
 * Holes that are needed and missing, and holes that nobody needs. Needed is what a pod's
 * environment names: its peers, its database, NATS; what routing and settlement call by the directory; and the
 * command line of an operator.
 */
export function wrongHoles({ values, objects }: Rendered): Findings {
  const policies = objects.filter(isPolicy);
  const where = `${values}: network policies`;
  if (!policies.some(deniesAll)) return [{ where, problem: 'none denies by default' }];
  const parties = partiesIn(objects);
  const needed = neededWays(objects, parties);
  const open = openWays(policies, parties);
  const shut = CALLERS_OF_OUTSIDERS.filter((name) => {
    const party = parties.find((one) => one.name === name);
    return party !== undefined && !reachesOutside(policies, party);
  });
  return [
    ...shut.map((name) => ({ where, problem: `${name} calls parties outside, and may not` })),
    ...[...needed]
      .filter((way) => !open.has(way))
      .map((way) => ({ where, problem: `${way} is needed and closed` })),
    ...[...open]
      .filter((way) => !needed.has(way))
      .map((way) => ({ where, problem: `${way} is open and not needed` })),
  ];
}

/** Whoever calls addresses of outsiders: of the directory, of webhooks, of providers and rate sources. */
const CALLERS_OF_OUTSIDERS = ['fx', 'routing', 'acquiring', 'settlement'];

function reachesOutside(policies: readonly PolicyObject[], { labels }: Party): boolean {
  return policies.some(
    ({ spec: { podSelector, egress = [] } }) =>
      podSelector.matchLabels !== undefined &&
      selects(podSelector.matchLabels, labels) &&
      egress.some(
        ({ to = [], ports = [] }) =>
          to.some(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0') &&
          ports.some(({ port }) => port === 443),
      ),
  );
}

/** Whether it is a policy. Throws where it has not the form of one, which the schemas would refuse. */
function isPolicy(object: KubeObject): object is PolicyObject {
  const { kind, spec = {} } = object;
  if (kind !== 'NetworkPolicy') return false;
  const { podSelector, policyTypes, ingress = [], egress = [] } = spec;
  const isSelector = typeof podSelector === 'object' && podSelector !== null;
  if (isSelector && [policyTypes, ingress, egress].every(Array.isArray)) return true;
  throw new TypeError(`${nameOf(object)} has not the form of a network policy`);
}

function deniesAll({ spec }: PolicyObject): boolean {
  const { podSelector, policyTypes, ingress, egress } = spec;
  const all = Object.keys(podSelector).length === 0;
  return all && policyTypes.length === 2 && ingress === undefined && egress === undefined;
}

/** Every set of pods once, jobs of one kind together, and the databases that operators run. */
function partiesIn(objects: readonly KubeObject[]): Party[] {
  const own = podsOf(objects).map(({ labels }) => ({
    name: labels['app.kubernetes.io/component'] ?? '',
    labels,
  }));
  const databases = objects
    .filter(({ kind }) => kind === 'Cluster')
    .map(({ metadata }) => ({
      name: metadata.name,
      labels: { 'cnpg.io/cluster': metadata.name },
    }));
  const parties = [...own, ...databases];
  return parties.filter(({ name }, at) => parties.findIndex((party) => party.name === name) === at);
}

function neededWays(objects: readonly KubeObject[], parties: readonly Party[]): Set<Way> {
  const pods = podsOf(objects);
  const needed = new Set<Way>();
  const isThere = (name: string) => parties.some((party) => party.name === name);
  for (const pod of pods) {
    for (const [to, port] of namedBy(pod, objects)) {
      if (isThere(to)) needed.add(`${componentOf(pod)} -> ${to}:${port}`);
    }
  }
  const services = pods.filter(({ spec }) =>
    spec.containers.some(({ ports = [] }) => ports.some(({ name }) => name === 'grpc')),
  );
  const wallets = services.filter(({ spec }) => spec.containers[0]?.args?.[0] === 'wallet');
  for (const wallet of wallets) {
    needed.add(`routing -> ${componentOf(wallet)}:8443`);
    needed.add(`settlement -> ${componentOf(wallet)}:8443`);
  }
  if (isThere('operator')) {
    for (const service of services) needed.add(`operator -> ${componentOf(service)}:8443`);
    for (const wallet of wallets) needed.add(`operator -> ${componentOf(wallet)}:8444`);
  }
  if (isThere('nats')) needed.add('nats -> nats:6222');
  for (const { name } of parties.filter(({ labels }) => 'cnpg.io/cluster' in labels)) {
    needed.add(`${name} -> ${name}:5432`).add(`${name} -> ${name}:8000`);
  }
  return needed;
}

function componentOf({ labels }: Pod): string {
  return labels['app.kubernetes.io/component'] ?? '';
}

/** Whom a pod's environment names, of those inside, with the port. */
function namedBy({ spec }: Pod, objects: readonly KubeObject[]): [string, number][] {
  return spec.containers.flatMap(({ env = [] }) =>
    env.flatMap(({ name, value, valueFrom }): [string, number][] => {
      const database = /^(.+)-app$/.exec(valueFrom?.secretKeyRef?.name ?? '')?.[1];
      if (name.endsWith('DATABASE_URL') && database !== undefined) return [[database, 5432]];
      if (!/^(\w+_ADDRESS|NATS_URL)$/.test(name)) return [];
      const [, host, port] = /([a-z0-9-]+):(\d+)$/.exec(value ?? '') ?? [];
      const service = objects.find((one) => one.kind === 'Service' && one.metadata.name === host);
      const selector = (service?.spec?.selector ?? {}) as Record<string, string>;
      const component = selector['app.kubernetes.io/component'];
      return component === undefined ? [] : [[component, Number(port)]];
    }),
  );
}

/** Ways between parties inside that both ends' policies let pass. */
function openWays(policies: readonly PolicyObject[], parties: readonly Party[]): Set<Way> {
  const open = new Set<Way>();
  const ports = new Set(
    policies.flatMap(({ spec: { ingress = [], egress = [] } }) => {
      return [...ingress, ...egress].flatMap((rule) => (rule.ports ?? []).map(({ port }) => port));
    }),
  );
  for (const from of parties) {
    for (const to of parties) {
      for (const port of ports) {
        const leaves = passes(policies, from, to, port, 'egress');
        if (leaves && passes(policies, to, from, port, 'ingress')) {
          open.add(`${from.name} -> ${to.name}:${port}`);
        }
      }
    }
  }
  return open;
}

/** Whether a rule for `subject` names `other` and the port. Addresses are not those of pods. */
function passes(
  policies: readonly PolicyObject[],
  subject: Party,
  other: Party,
  port: number,
  direction: 'ingress' | 'egress',
): boolean {
  return policies.some(({ spec: policy }) => {
    if (!selects(policy.podSelector.matchLabels ?? {}, subject.labels)) return false;
    return (policy[direction] ?? []).some((rule) => {
      const peers = direction === 'ingress' ? rule.from : rule.to;
      const named = peers?.some(
        ({ podSelector, namespaceSelector }) =>
          podSelector !== undefined &&
          namespaceSelector === undefined &&
          selects(podSelector.matchLabels ?? {}, other.labels),
      );
      return (named ?? false) && (rule.ports ?? []).some((one) => one.port === port);
    });
  });
}

/** That a hole too many, a hole too few and a missing default are found. */
export function findsWrongHoles(rendered: Rendered): Findings {
  const spoiled = (spoil: (policies: PolicyObject[]) => PolicyObject[]) => {
    const objects = structuredClone(rendered.objects);
    const others = objects.filter((object) => !isPolicy(object));
    return wrongHoles({ ...rendered, objects: [...others, ...spoil(objects.filter(isPolicy))] });
  };
  const named = (suffix: string) => (object: KubeObject) => nameOf(object).endsWith(suffix);
  return [
    ...mustFind(
      'no denial by default',
      spoiled((all) => all.filter((one) => !deniesAll(one))),
    ),
    ...mustFind(
      'fx without its policy',
      spoiled((all) => all.filter((one) => !named('-fx')(one))),
    ),
    ...mustFind(
      'settlement shut in',
      spoiled((all) => {
        for (const one of all.filter(named('-settlement'))) {
          const policy = one.spec;
          policy.egress = (policy.egress ?? []).filter(
            ({ to = [] }) => !to.some(({ ipBlock }) => ipBlock),
          );
        }
        return all;
      }),
    ),
    ...mustFind(
      'everybody may call everybody',
      spoiled((all) => {
        const wide: Rule = {
          from: [{ podSelector: {} }],
          to: [{ podSelector: {} }],
          ports: [{ port: 8443 }],
        };
        for (const one of all.filter((object) => !deniesAll(object))) {
          one.spec.ingress?.push(wide);
          one.spec.egress?.push(wide);
        }
        return all;
      }),
    ),
  ];
}
