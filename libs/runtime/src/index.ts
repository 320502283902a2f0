export { type Backoff, backoffMs } from './backoff.ts';
export { buildName } from './build.ts';
export { certificateEndOf } from './certificate-end.ts';
export { type Clock, hostNowMs } from './clock.ts';
export {
  type Config,
  ConfigError,
  databaseUrl,
  type Env,
  flag,
  integer,
  isProduction,
  list,
  loadConfig,
  natsUrl,
  optionalText,
  postgresAuthority,
  type Setting,
  secret,
  text,
  url,
} from './config.ts';
export { failpoint } from './failpoints.ts';
export { isUuid, LANES, laneOf, uuidBytes, uuidFrom } from './ids.ts';
export type { Logger } from './log.ts';
export { type MainInput, type Running, runMain } from './main.ts';
export { planted } from './plants.ts';
export type { Random } from './random.ts';
export { type FieldViolation, Refusal, type RefusalDetails } from './refusal.ts';
export { type Runtime, systemRuntime, withClock } from './runtime.ts';
export { Secret } from './secret.ts';
export {
  distributionSettings,
  natsSettings,
  serviceSettings,
  streamSettings,
} from './service-settings.ts';
export { sharedTurns } from './shared-turns.ts';
export {
  type Counter,
  counter,
  type Gauge,
  gauge,
  type Histogram,
  histogram,
} from './telemetry/instruments.ts';
export {
  currentTraceparent,
  detail,
  linkedSpan,
  rootSpan,
  sampledTraceparent,
  span,
  type TracedSpan,
  withTraceparent,
} from './telemetry/trace.ts';
export type { Cancel, Timers } from './timers.ts';
export { Trouble } from './trouble.ts';
