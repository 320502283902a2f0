/**
 * Work of which one turn goes on at a time. All who ask while a turn is under way share the next one, so
 * that whoever is answered knows what was true after he asked. A turn that fails does so for those
 * who share it, and for nobody after them.
 */
export function sharedTurns<Answer>(work: () => Promise<Answer>): () => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<Answer> | undefined;
  return () => {
    next ??= last.then(() => {
      next = undefined;
      const turn = work();
      last = turn.catch(() => undefined);
      return turn;
    });
    return next;
  };
}
