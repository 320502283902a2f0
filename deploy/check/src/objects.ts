import { parseAllDocuments } from 'yaml';

/** What the checks read of a Kubernetes object; the schemas say all of it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
}

/** What the checks read of a pod. */
export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  terminationGracePeriodSeconds?: number;
  automountServiceAccountToken?: boolean;
  securityContext?: SecurityContext;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  ports?: { name: string; containerPort: number }[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  lifecycle?: { preStop?: { sleep?: { seconds: number }; exec?: unknown } };
  securityContext?: SecurityContext;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}

interface Probe {
  grpc?: { port: number; service?: string };
  httpGet?: { port: number | string; path: string };
}

interface KeyRef {
  name: string;
  key: string;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: KeyRef; configMapKeyRef?: KeyRef; fieldRef?: { fieldPath: string } };
}

export interface SecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  allowPrivilegeEscalation?: boolean;
  privileged?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: { drop?: string[]; add?: string[] };
  seccompProfile?: { type: string };
}

interface Volume {
  name: string;
  secret?: { secretName: string; items?: { key: string }[] };
  configMap?: { name: string };
  emptyDir?: object;
  projected?: { sources: { secret?: { name: string }; configMap?: { name: string } }[] };
  hostPath?: object;
  persistentVolumeClaim?: object;
}

/** A pod with the labels that it will have and the object that makes it. */
export interface Pod {
  owner: KubeObject;
  labels: Record<string, string>;
  spec: PodSpec;
}

/** Reads what helm printed. Throws where a document is not YAML. */
export function parseObjects(text: string): KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    // Its shape is what the schemas check next.
    const object = document.toJS() as KubeObject | null;
    return object === null ? [] : [object];
  });
}

/** `Deployment/causeway-fx` */
export function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

const WITH_PODS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];

/** The pods that objects make, one for each that makes some. */
export function podsOf(objects: readonly KubeObject[]): Pod[] {
  return objects
    .filter(({ kind }) => WITH_PODS.includes(kind))
    .map((owner) => {
      const job = owner.spec?.jobTemplate as { spec: Record<string, unknown> } | undefined;
      const template = (job?.spec ?? owner.spec)?.template as {
        metadata?: { labels?: Record<string, string> };
        spec: PodSpec;
      };
      return { owner, labels: template.metadata?.labels ?? {}, spec: template.spec };
    });
}

/** Whether labels have every one of a selector. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
