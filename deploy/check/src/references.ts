import type { Rendered } from './chart.ts';
import { type Findings, mustFind } from './finding.ts';
import { type Container, type KubeObject, nameOf, type Pod, podsOf, selects } from './objects.ts';

/** What health of a service can be asked about: the server, and whether it is alive at all. */
const HEALTH_NAMES = ['', 'liveness'];

/** Secrets that operators of the cluster make for objects of the chart. */
const MADE_BY_OPERATORS: Readonly<Record<string, (name: string) => string[]>> = {
  Cluster: (name) => [`${name}-app`, `${name}-ca`],
};

/**
 * What objects name of one another that does not exist: ports, Secrets, ConfigMaps, selectors,
 * hosts of peers, probes that nothing answers. Kubernetes accepts all of it and never works.
 */
export function brokenReferences({ values, objects }: Rendered): Findings {
  const pods = podsOf(objects);
  const problems: [KubeObject, string][] = [
    ...pods.flatMap((pod) => podProblems(pod, objects).map(ownedBy(pod.owner))),
    ...ofKind(objects, 'Service').flatMap((service) =>
      serviceProblems(service, pods).map(ownedBy(service)),
    ),
    ...ofKind(objects, 'PodMonitor').flatMap((monitor) =>
      monitorProblems(monitor, pods).map(ownedBy(monitor)),
    ),
    ...ofKind(objects, 'ConfigMap').flatMap((map) => storeProblems(map, pods).map(ownedBy(map))),
    ...['PodDisruptionBudget'].flatMap((kind) =>
      ofKind(objects, kind).flatMap((object) =>
        selectorProblems(object, pods).map(ownedBy(object)),
      ),
    ),
    ...ofKind(objects, 'HorizontalPodAutoscaler').flatMap((scaler) =>
      scalerProblems(scaler, objects).map(ownedBy(scaler)),
    ),
  ];
  return problems.map(([object, problem]) => ({ where: `${values}: ${nameOf(object)}`, problem }));
}

function ownedBy(object: KubeObject) {
  return (problem: string): [KubeObject, string] => [object, problem];
}

function ofKind(objects: readonly KubeObject[], kind: string): KubeObject[] {
  return objects.filter((object) => object.kind === kind);
}

/** A hook runs before everything else is applied, so that what that makes is not there yet. */
function hookProblems({ spec, owner }: Pod, objects: readonly KubeObject[]): string[] {
  if (owner.metadata.annotations?.['helm.sh/hook'] === undefined) return [];
  const { made } = secretsIn(objects);
  return secretNames(spec.containers, spec.volumes)
    .filter((name) => made.has(name))
    .map((name) => `is a hook and waits for the Secret ${name}, which comes after it`);
}

function podProblems(pod: Pod, objects: readonly KubeObject[]): string[] {
  const { spec, owner } = pod;
  const secrets = secretsIn(objects);
  const maps = ofKind(objects, 'ConfigMap').map(({ metadata }) => metadata.name);
  const volumes = spec.volumes ?? [];
  const mounts = spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  const claimed = (owner.spec?.volumeClaimTemplates ?? []) as { metadata: { name: string } }[];
  const named = [
    ...volumes.map(({ name }) => name),
    ...claimed.map(({ metadata }) => metadata.name),
  ];
  const mapNames = volumes.flatMap(({ configMap, projected }) => [
    ...(configMap ? [configMap.name] : []),
    ...(projected?.sources ?? []).flatMap((source) =>
      source.configMap ? [source.configMap.name] : [],
    ),
  ]);
  return [
    ...mounts
      .filter(({ name }) => !named.includes(name))
      .map(({ name }) => `mounts ${name}, which is no volume`),
    ...named
      .filter((name) => !mounts.some((mount) => mount.name === name))
      .map((name) => `has a volume ${name} that no container mounts`),
    ...mapNames
      .filter((name) => !maps.includes(name))
      .map((name) => `reads a ConfigMap ${name} that nobody makes`),
    ...secretNames(spec.containers, volumes)
      .filter((name) => !secrets.made.has(name) && !secrets.fromOutside)
      .map((name) => `reads a Secret ${name} that nobody makes`),
    ...spec.containers.flatMap((container) => containerProblems(container, objects)),
    ...hookProblems(pod, objects),
  ];
}

function secretNames(
  containers: readonly Container[],
  volumes: Pod['spec']['volumes'] = [],
): string[] {
  return [
    ...containers.flatMap(({ env = [] }) =>
      env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
    ),
    ...volumes.flatMap(({ secret, projected }) => [
      ...(secret ? [secret.secretName] : []),
      ...(projected?.sources ?? []).flatMap((source) => source.secret?.name ?? []),
    ]),
  ];
}

/** The Secrets that the chart has made, and whether others may come from its user. */
function secretsIn(objects: readonly KubeObject[]) {
  const made = new Set(
    objects.flatMap(({ kind, metadata, spec }) => {
      const target = spec?.target as { name?: string } | undefined;
      const secretName = spec?.secretName;
      return [
        ...(MADE_BY_OPERATORS[kind]?.(metadata.name) ?? []),
        ...(kind === 'Certificate' && typeof secretName === 'string' ? [secretName] : []),
        ...(kind === 'ExternalSecret' && target?.name !== undefined ? [target.name] : []),
      ];
    }),
  );
  return { made, fromOutside: ofKind(objects, 'ExternalSecret').length === 0 };
}

function containerProblems(container: Container, objects: readonly KubeObject[]): string[] {
  const { env = [], ports = [], startupProbe, readinessProbe, livenessProbe } = container;
  const textOf = (name: string) => env.find((variable) => variable.name === name)?.value;
  const listens = [
    textOf('LISTEN_PORT'),
    textOf('HEALTH_PORT'),
    textOf('APP_PORT'),
    textOf('METRICS_ADDRESS')?.split(':').at(-1),
  ];
  // A container of somebody else's image has its ports in a file of its own.
  const isOurs = textOf('LISTEN_PORT') !== undefined;
  const probes = [startupProbe, readinessProbe, livenessProbe].filter(
    (probe) => probe !== undefined,
  );
  return [
    ...ports
      .filter(({ containerPort }) => isOurs && !listens.includes(String(containerPort)))
      .map(({ name }) => `has a port ${name} on which nothing listens`),
    ...(isOurs && probes.length < 3 ? ['lacks a probe'] : []),
    ...probes.flatMap(({ grpc, httpGet }) => [
      ...(grpc && String(grpc.port) !== textOf('HEALTH_PORT')
        ? [`is probed at ${grpc.port}, which wants a certificate or is not listened on`]
        : []),
      ...(grpc && !HEALTH_NAMES.includes(grpc.service ?? '')
        ? [`is asked for the health of ${grpc.service}, which it does not know`]
        : []),
      ...(httpGet && !ports.some(({ name }) => name === httpGet.port)
        ? [`is probed at a port ${httpGet.port} that it does not have`]
        : []),
    ]),
    ...(isOurs && livenessProbe?.grpc?.service !== 'liveness'
      ? ['is ended when it drains: its liveness is asked of something else']
      : []),
    ...env.flatMap(({ name, value }) => peerProblems(name, value, objects)),
  ];
}

/** The address of a peer, and of NATS, must be that of a Service and a port that it has. */
function peerProblems(
  name: string,
  value: string | undefined,
  objects: readonly KubeObject[],
): string[] {
  if (!/^(\w+_ADDRESS|NATS_URL)$/.test(name) || name === 'METRICS_ADDRESS') return [];
  const [, host, port] = /^(?:tls:\/\/)?([a-z0-9-]+):(\d+)$/.exec(value ?? '') ?? [];
  if (value === undefined) return [];
  const service = ofKind(objects, 'Service').find(({ metadata }) => metadata.name === host);
  const ports = (service?.spec?.ports ?? []) as { port: number }[];
  if (ports.some((one) => String(one.port) === port)) return [];
  return [`${name} names ${value}, where there is no Service`];
}

function serviceProblems({ spec }: KubeObject, pods: readonly Pod[]): string[] {
  const selector = (spec?.selector ?? {}) as Record<string, string>;
  const selected = pods.filter(({ labels }) => selects(selector, labels));
  const ports = (spec?.ports ?? []) as { name: string; targetPort: number | string }[];
  if (selected.length === 0) return ['selects no pod'];
  return ports
    .filter(
      ({ targetPort }) => !selected.every((pod) => portNames(pod).includes(String(targetPort))),
    )
    .map(({ targetPort }) => `leads to a port ${targetPort} that its pods do not have`);
}

function portNames({ spec }: Pod): string[] {
  return spec.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name));
}

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values: string[] }[];
}

function selectorProblems({ spec }: KubeObject, pods: readonly Pod[]): string[] {
  const { matchLabels = {} } = (spec?.selector ?? {}) as LabelSelector;
  return pods.some(({ labels }) => selects(matchLabels, labels)) ? [] : ['selects no pod'];
}

function monitorProblems({ spec }: KubeObject, pods: readonly Pod[]): string[] {
  const { matchLabels = {}, matchExpressions = [] } = (spec?.selector ?? {}) as LabelSelector;
  const endpoints = (spec?.podMetricsEndpoints ?? []) as { port: string }[];
  const selected = pods.filter(
    ({ labels }) =>
      selects(matchLabels, labels) &&
      matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
  );
  const lacking = selected.filter((pod) =>
    endpoints.some(({ port }) => !portNames(pod).includes(port)),
  );
  return [
    ...(selected.length === 0 ? ['selects no pod'] : []),
    ...lacking.map(({ owner }) => `scrapes ${nameOf(owner)}, which has no such port`),
  ];
}

/** NATS refuses a stream that is larger than its store, and one that is much smaller wastes it. */
function storeProblems({ data = {} }: KubeObject, pods: readonly Pod[]): string[] {
  const [, store = '', unit] =
    /max_file_store: (\d+)(Gi|Mi)/.exec(Object.values(data).join()) ?? [];
  if (store === '') return [];
  const storeMebibytes = Number(store) * (unit === 'Gi' ? 1_024 : 1);
  const streams = pods.flatMap(({ spec }) =>
    spec.containers.flatMap(({ env = [] }) =>
      env.flatMap(({ name, value }) => (name === 'NATS_STREAM_MAX_MEBIBYTES' ? Number(value) : [])),
    ),
  );
  const fits = (mebibytes: number) => mebibytes < storeMebibytes && mebibytes >= storeMebibytes / 2;
  return streams.length > 0 && streams.every(fits)
    ? []
    : [`stores ${storeMebibytes} MiB, and the stream is to have ${streams.join() || 'any size'}`];
}

function scalerProblems({ spec }: KubeObject, objects: readonly KubeObject[]): string[] {
  const target = spec?.scaleTargetRef as { kind: string; name: string };
  const found = objects.find(
    ({ kind, metadata }) => kind === target.kind && metadata.name === target.name,
  );
  if (found === undefined) return [`scales ${target.kind}/${target.name}, which does not exist`];
  return found.spec?.replicas === undefined
    ? []
    : ['scales what also has a fixed number of replicas'];
}

/** That references which lead nowhere are found. */
export function findsBrokenReferences(rendered: Rendered): Findings {
  const spoiled = (spoil: (container: Container, objects: KubeObject[]) => void) => {
    const objects = structuredClone(rendered.objects);
    const pod = podsOf(objects).find(
      ({ labels }) => labels['app.kubernetes.io/component'] === 'routing',
    );
    const container = pod?.spec.containers[0];
    if (container !== undefined) spoil(container, objects);
    return brokenReferences({ ...rendered, objects });
  };
  const renamed = (objects: KubeObject[], kind: string) => {
    for (const object of ofKind(objects, kind)) object.metadata.name += '-other';
  };
  return [
    ...mustFind(
      'a probe of a port with TLS',
      spoiled(({ readinessProbe }) => {
        Object.assign(readinessProbe ?? {}, { grpc: { port: 8443 } });
      }),
    ),
    ...mustFind(
      'liveness that ends with the drain',
      spoiled(({ livenessProbe }) => {
        Object.assign(livenessProbe ?? {}, { grpc: { port: 8081 } });
      }),
    ),
    ...mustFind(
      'a port that nothing listens on',
      spoiled(({ ports }) => {
        ports?.push({ name: 'debug', containerPort: 9229 });
      }),
    ),
    ...mustFind(
      'a volume that is not there',
      spoiled(({ volumeMounts }) => {
        volumeMounts?.push({ name: 'data', mountPath: '/data' });
      }),
    ),
    ...mustFind(
      'peers under other names',
      spoiled((_, objects) => renamed(objects, 'Service')),
    ),
    ...mustFind(
      'a stream larger than its store',
      spoiled(({ env }) => {
        const size = env?.find(({ name }) => name === 'NATS_STREAM_MAX_MEBIBYTES');
        if (size !== undefined) size.value = '20480';
      }),
    ),
    ...mustFind('a hook before its database', hooked(rendered)),
  ];
}

function hooked(rendered: Rendered): Findings {
  const objects = structuredClone(rendered.objects);
  for (const job of ofKind(objects, 'Job')) {
    job.metadata.annotations = { 'helm.sh/hook': 'pre-upgrade' };
  }
  return brokenReferences({ ...rendered, objects });
}
