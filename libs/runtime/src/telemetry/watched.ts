import { type AttributeValue, context, type SpanContext, trace } from '@opentelemetry/api';
import { Refusal } from '../refusal.ts';
import { unsampledFailures, unsampledFailuresDropped } from './metrics.ts';
import { errorType, type Made, recordFailure, settled, type TracedSpan } from './recorded.ts';
import { withIds } from './span-ids.ts';

/**
 * The most failures of unsampled traces that a process exports in a second. When everything fails,
 * a few hundred of them say the same as all, and the exporter has other work.
 */
const MAX_FAILURES_PER_SECOND = 200;
const MS_PER_S = 1_000;

let secondBegunMs = 0;
let failuresInSecond = 0;

/**
 * Runs `fn` where the trace is not sampled. Nothing is recorded while it goes well; where it fails, a
 * span is made afterwards with the time that it took, under the ids that those below it were told.
 *
 * @param place its own place in the trace, where others may refer to it
 */
export function watched<T>(
  made: Made,
  fn: (span: TracedSpan) => T,
  place: SpanContext | undefined,
): T {
  const watch = new Watch(made, place);
  const run = () =>
    settled(
      () => fn(watch),
      () => {},
      (error) => {
        if (!(error instanceof Refusal)) watch.fail(errorType(error), error);
      },
    );
  if (place === undefined) return run();
  return context.with(trace.setSpanContext(context.active(), place), run);
}

/** Stands for a span that is not sampled, and becomes one when it fails. */
class Watch implements TracedSpan {
  readonly #made: Made;
  readonly #place: SpanContext | undefined;
  readonly #parent = context.active();
  readonly #startedMs = performance.now();
  #attributes: Record<string, AttributeValue> | undefined;
  #failed = false;

  constructor(made: Made, place: SpanContext | undefined) {
    this.#made = made;
    this.#place = place;
  }

  set(name: string, value: AttributeValue): void {
    this.#attributes ??= {};
    this.#attributes[name] = value;
  }

  fail(type: string, error?: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    if (!mayExport()) {
      unsampledFailuresDropped.add(1);
      return;
    }
    unsampledFailures.add(1);
    const attributes = { ...this.#made.attributes, ...this.#attributes };
    const made = { ...this.#made, attributes };
    const startedMs = performance.timeOrigin + this.#startedMs;
    const tell = () => recordFailure(made, { type, error, startedMs, parent: this.#parent });
    if (this.#place === undefined) tell();
    else withIds(this.#place, tell);
  }
}

function mayExport(): boolean {
  const nowMs = performance.now();
  if (nowMs - secondBegunMs >= MS_PER_S) {
    secondBegunMs = nowMs;
    failuresInSecond = 0;
  }
  failuresInSecond += 1;
  return failuresInSecond <= MAX_FAILURES_PER_SECOND;
}
