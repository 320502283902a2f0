import type { Rendered } from './chart.ts';
import { type Findings, mustFind } from './finding.ts';
import { type Container, nameOf, type Pod, podsOf } from './objects.ts';

/** What the restricted Pod Security Standard lets a pod mount. */
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/**
 * What keeps pods from a namespace that enforces the restricted Pod Security Standard, and what we
 * ask beyond it: a read-only root, no token, bounded memory.
 */
export function notRestricted({ values, objects }: Rendered): Findings {
  return podsOf(objects).flatMap((pod) =>
    problemsOf(pod).map((problem) => ({ where: `${values}: ${nameOf(pod.owner)}`, problem })),
  );
}

function problemsOf({ spec }: Pod): string[] {
  const { securityContext: pod = {} } = spec;
  return [
    ...when(spec.hostNetwork || spec.hostPID || spec.hostIPC, 'shares a namespace of its node'),
    ...when(spec.automountServiceAccountToken !== false, 'has a token of Kubernetes mounted'),
    ...when(pod.runAsNonRoot !== true, 'may run as root'),
    ...when(pod.runAsUser === 0, 'runs as root'),
    ...when(pod.seccompProfile?.type !== 'RuntimeDefault', 'has no seccomp profile'),
    ...(spec.volumes ?? []).flatMap(({ name, ...volume }) =>
      Object.keys(volume)
        .filter((kind) => !VOLUMES.includes(kind))
        .map((kind) => `mounts a ${kind}, ${name}`),
    ),
    ...[...spec.containers, ...(spec.initContainers ?? [])].flatMap((container) =>
      containerProblems(container).map((problem) => `${container.name} ${problem}`),
    ),
  ];
}

function containerProblems({ securityContext: own = {}, resources }: Container): string[] {
  const { drop = [], add = [] } = own.capabilities ?? {};
  return [
    ...when(own.allowPrivilegeEscalation !== false, 'may gain privileges'),
    ...when(own.privileged, 'is privileged'),
    ...when(own.runAsUser === 0 || own.runAsNonRoot === false, 'runs as root'),
    ...when(!drop.includes('ALL'), 'keeps capabilities'),
    ...when(
      add.some((name) => name !== 'NET_BIND_SERVICE'),
      'adds capabilities',
    ),
    ...when(own.readOnlyRootFilesystem !== true, 'may write to its root'),
    ...when(resources?.limits?.memory === undefined, 'has no limit of memory'),
    ...when(resources?.requests?.cpu === undefined, 'requests no CPU'),
  ];
}

function when(wrong: boolean | undefined, problem: string): string[] {
  return wrong ? [problem] : [];
}

type Spoil = (pod: Pod, container: Container) => void;

const PLANTED: Readonly<Record<string, Spoil>> = {
  'a pod on the network of its node': ({ spec }) => Object.assign(spec, { hostNetwork: true }),
  'a pod that may be root': ({ spec }) => Object.assign(spec, { securityContext: {} }),
  'a pod with a folder of its node': ({ spec }) => {
    spec.volumes = [{ name: 'host', hostPath: {} }];
  },
  'a pod with a token': ({ spec }) => Object.assign(spec, { automountServiceAccountToken: true }),
  'a container without a security context': (_, container) => {
    delete container.securityContext;
  },
  'a container with a capability': (_, { securityContext }) => {
    Object.assign(securityContext ?? {}, { capabilities: { drop: ['ALL'], add: ['NET_RAW'] } });
  },
};

/** That each of these wrongs is found when it is made on purpose. */
export function findsUnrestricted(rendered: Rendered): Findings {
  return Object.entries(PLANTED).flatMap(([planted, spoil]) => {
    const objects = structuredClone(rendered.objects);
    const [pod] = podsOf(objects);
    const container = pod?.spec.containers[0];
    if (pod !== undefined && container !== undefined) spoil(pod, container);
    return mustFind(planted, notRestricted({ ...rendered, objects }));
  });
}
