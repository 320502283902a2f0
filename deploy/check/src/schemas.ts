import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Finding, type Findings, mustFind } from './finding.ts';
import { type KubeObject, nameOf } from './objects.ts';
import { Watched } from './watched.ts';

/** The package that has the schemas of an API group; the others are Kubernetes' own. */
const PACKAGES: Readonly<Record<string, string>> = {
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'postgresql.cnpg.io': '@kubernetes-models/cloudnative-pg',
};

interface Validator {
  (data: unknown): boolean;
  errors?: { instancePath: string; message?: string; keyword: string; params: object }[] | null;
}

/** The schemas of Kubernetes objects, from the folder that their packages were installed into. */
export class Schemas {
  readonly #known = new Map<string, Promise<Validator | undefined>>();

  constructor(private readonly folder: string) {}

  /**
   * What is wrong with an object: a value that its schema refuses, a field that the schema does
   * not know, or a kind without a schema. Kubernetes would drop such a field without a word.
   */
  async check(values: string, object: KubeObject): Promise<Findings> {
    const where = `${values}: ${nameOf(object)}`;
    const validate = await this.#validatorOf(object);
    if (validate === undefined) {
      return [{ where, problem: `no schema knows ${object.apiVersion} ${object.kind}` }];
    }
    const watched = new Watched(object);
    if (!validate(watched.proxy)) {
      return (validate.errors ?? []).map(
        ({ instancePath, message, keyword, params }): Finding => ({
          where,
          problem: `${instancePath} ${message ?? `${keyword} ${JSON.stringify(params)}`}`,
        }),
      );
    }
    return watched.unread().map((path) => ({ where, problem: `has an unknown field ${path}` }));
  }

  /** That the check finds a typo in an object, at every depth that a person would make one. */
  async findsTypos(object: KubeObject): Promise<Findings> {
    const places = typoPlaces(object);
    const answers = await Promise.all(
      places.map(async (path) => {
        const wrong = structuredClone(object);
        Object.assign(at(wrong, path) ?? {}, { replcas: 'planted' });
        const planted = `${nameOf(object)}: a typo in /${path.join('/')}`;
        return mustFind(planted, await this.check('planted', wrong));
      }),
    );
    return answers.flat();
  }

  #validatorOf({ apiVersion, kind }: KubeObject): Promise<Validator | undefined> {
    const key = `${apiVersion}/${kind}`;
    const known = this.#known.get(key) ?? this.#load(apiVersion, kind);
    this.#known.set(key, known);
    return known;
  }

  /** A model's module names the module of its schema in its first import. */
  async #load(apiVersion: string, kind: string): Promise<Validator | undefined> {
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
    const root = join(this.folder, 'node_modules', PACKAGES[group] ?? 'kubernetes-models');
    const model = join(root, apiVersion, `${kind}.js`);
    if (!existsSync(model)) return undefined;
    const name = /_schemas\/([A-Za-z0-9]+)/.exec(readFileSync(model, 'utf8'))?.[1];
    if (name === undefined) return undefined;
    const url = pathToFileURL(join(root, '_schemas', `${name}.js`)).href;
    const { validate } = (await import(url)) as { validate: Validator };
    return validate;
  }
}

/** The object itself, its metadata, its spec, and what lies two levels below that. */
function typoPlaces(object: KubeObject): string[][] {
  const deeper = [
    ['spec', 'template', 'spec'],
    ['spec', 'template', 'spec', 'containers', '0'],
    ['spec', 'template', 'spec', 'containers', '0', 'livenessProbe', 'grpc'],
    ['spec', 'ports', '0'],
    ['spec', 'ingress', '0'],
    ['spec', 'egress', '0', 'ports', '0'],
    ['spec', 'metrics', '0', 'resource'],
    ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', '0'],
    ['spec', 'bootstrap', 'initdb'],
    ['spec', 'storage'],
    ['spec', 'privateKey'],
    ['spec', 'podMetricsEndpoints', '0'],
    ['spec', 'groups', '0', 'rules', '0'],
    ['spec', 'data', '0', 'remoteRef'],
  ];
  return [[], ['metadata'], ['spec'], ...deeper].filter((path) => at(object, path) !== undefined);
}

function at(object: unknown, path: readonly string[]): object | undefined {
  let found: unknown = object;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return typeof found === 'object' && found !== null ? found : undefined;
}
