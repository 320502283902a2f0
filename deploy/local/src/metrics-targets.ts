import { freePorts } from './ports.ts';
import type { ServiceSpec } from './services.ts';

/** Where each process shows its metrics, `host:port` by its name. */
export type MetricsAddresses = Readonly<Record<string, string>>;

/** A group of targets, as Prometheus reads them from a file. */
interface TargetGroup {
  targets: string[];
  labels: Record<string, string>;
}

/**
 * Chooses where each process shows its metrics; it comes back there after a kill.
 *
 * @param endpoints addresses that are taken, though nobody may listen there yet
 */
export async function chooseMetricsAddresses(
  services: readonly ServiceSpec[],
  endpoints: Readonly<Record<string, string>>,
): Promise<MetricsAddresses> {
  const addresses = Object.values(endpoints).flatMap((address) => address.split(','));
  const taken = addresses.map((address) => Number(address.slice(address.lastIndexOf(':') + 1)));
  const ports = await freePorts(services.length, taken);
  return Object.fromEntries(services.map(({ name }, at) => [name, `127.0.0.1:${ports[at]}`]));
}

/** What `file_sd_configs` of Prometheus wants: each target under the name of its process. */
export function targetGroups(addresses: MetricsAddresses): TargetGroup[] {
  return Object.entries(addresses).map(([name, address]) => ({
    targets: [address],
    labels: { job: 'causeway', instance: name },
  }));
}
