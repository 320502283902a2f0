import { join } from 'node:path';
import {
  type DeclaredInstrument,
  declaredInstruments,
  prometheusName,
} from '@causeway/runtime/testing';
import { ROOT, sources } from '../tidy/sources.ts';

/** The labels that every series has: of the resource, and of whoever scrapes. */
const COMMON_LABELS = ['service_name', 'causeway_instance', 'job', 'instance'];

/** Metrics that no service declares: what is scraped, and whether it was. */
const BESIDES: ReadonlyMap<string, readonly string[]> = new Map([
  ['up', ['job', 'instance']],
  [
    'target_info',
    [
      ...COMMON_LABELS,
      'service_namespace',
      'service_instance_id',
      'service_version',
      'vcs_ref_head_revision',
    ],
  ],
]);

/** Every instrument of every service and library. */
export async function instruments(): Promise<DeclaredInstrument[]> {
  const files = ['libs', 'services'].flatMap((folder) => sources(folder, /\bmetrics\.ts$/));
  for (const { path } of files) await import(join(ROOT, path));
  return declaredInstruments().filter(({ name }) => !name.startsWith('test.'));
}

/** What may be asked of Prometheus: the labels of each of its series, by its name. */
export async function series(): Promise<Map<string, ReadonlySet<string>>> {
  const found = new Map([...BESIDES].map(([name, labels]) => [name, new Set(labels)]));
  for (const instrument of await instruments()) {
    const name = prometheusName(instrument);
    const labels = new Set([...COMMON_LABELS, ...instrument.attributes.map(labelOf)]);
    if (instrument.kind === 'histogram') {
      found.set(`${name}_bucket`, new Set([...labels, 'le']));
      for (const part of ['count', 'sum']) found.set(`${name}_${part}`, labels);
    } else {
      found.set(name, labels);
    }
  }
  return found;
}

/** What Prometheus calls an attribute. */
export function labelOf(attribute: string): string {
  return attribute.replace(/[^A-Za-z0-9_]+/g, '_');
}
