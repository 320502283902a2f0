/**
 * A map by lane and id. Two levels rather than one key put together from both: building and
 * hashing a new string for each look-up took longer than deciding the transfer.
 */
export class LaneMap<T> {
  readonly #lanes = new Map<number, Map<string, T>>();

  get(lane: number, id: string): T | undefined {
    return this.#lanes.get(lane)?.get(id);
  }

  set(lane: number, id: string, value: T): void {
    let ids = this.#lanes.get(lane);
    if (ids === undefined) {
      ids = new Map();
      this.#lanes.set(lane, ids);
    }
    ids.set(id, value);
  }

  *entries(): Generator<{ lane: number; id: string; value: T }> {
    for (const [lane, ids] of this.#lanes) {
      for (const [id, value] of ids) yield { lane, id, value };
    }
  }
}
