import {
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';

/** A stream as its publisher wants it. */
export interface StreamSpec {
  /** Letters, digits, `-` and `_`: `ROUTING`. */
  name: string;
  /** What it stores: `causeway.routing.>`. */
  subjects: string[];
  /** Oldest messages go beyond this size in bytes. Default 1 GiB. */
  maxBytes?: number;
  /** Messages go after this age in milliseconds. Default 7 days. */
  maxAgeMs?: number;
  /** Copies in a cluster: 3 in production. Default 1. */
  replicas?: number;
}

const GIB = 2 ** 30;
const WEEK_MS = 7 * 24 * 3_600_000;
/** A fact published again within this time is not stored again. Never longer than the age limit. */
const DEDUPE_WINDOW_MS = 2 * 60_000;

/**
 * Makes the stream be there and be so, whatever was there before. Both limits only bound what
 * JetStream keeps: Postgres has every fact, so a consumer that fell behind them needs a replay.
 */
export async function ensureStream(connection: NatsConnection, spec: StreamSpec): Promise<void> {
  const manager = await jetstreamManager(connection);
  const wanted = streamConfig(spec);
  const present = await manager.streams.info(spec.name).catch((error: unknown) => {
    if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return undefined;
    throw error;
  });
  if (present === undefined) await manager.streams.add({ name: spec.name, ...wanted });
  else if (differs(present.config, wanted)) await manager.streams.update(spec.name, wanted);
}

/** Whether JetStream answered with this error. */
export function isApiError(error: unknown, code: JetStreamApiCodes): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

function streamConfig(spec: StreamSpec) {
  const maxAgeMs = spec.maxAgeMs ?? WEEK_MS;
  return {
    subjects: spec.subjects,
    max_bytes: spec.maxBytes ?? GIB,
    max_age: nanos(maxAgeMs),
    num_replicas: spec.replicas ?? 1,
    duplicate_window: nanos(Math.min(DEDUPE_WINDOW_MS, maxAgeMs)),
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
  } satisfies Partial<StreamConfig>;
}

function differs(present: StreamConfig, wanted: Partial<StreamConfig>): boolean {
  return Object.entries(wanted).some(
    ([key, value]) => JSON.stringify(present[key as keyof StreamConfig]) !== JSON.stringify(value),
  );
}
