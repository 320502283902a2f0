import { Wakeup } from './wakeup.ts';

/**
 * Works on inputs as they come, at most `max` at a time, and yields each result when it is
 * ready. An input is read only where there is room, so that a fast sender is slowed down and
 * not stored; a result that nobody has taken yet keeps its place. Throws what reading or `work`
 * throws.
 */
export async function* unordered<Input, Output>(
  inputs: AsyncIterable<Input>,
  max: number,
  work: (input: Input) => Promise<Output>,
): AsyncGenerator<Output> {
  const ready: Output[] = [];
  const room = new Wakeup();
  const news = new Wakeup();
  let open = 0;
  let ended = false;
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    news.wake();
  };
  const start = (input: Input) => {
    open += 1;
    work(input).then((output) => {
      ready.push(output);
      news.wake();
    }, fail);
  };
  const read = async () => {
    for await (const input of inputs) {
      start(input);
      while (open >= max && !ended) await room.sleep();
      if (ended) return;
    }
    ended = true;
    news.wake();
  };
  read().catch(fail);
  try {
    while (failure === undefined && !(ended && open === 0)) {
      if (ready.length === 0) await news.sleep();
      for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
        yield next;
        open -= 1;
        room.wake();
      }
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    ended = true;
    room.wake();
  }
}
