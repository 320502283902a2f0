/** A moment of the past at which copies of one template were paid. */
export interface Variant {
  variant: number;
  template: number;
  /** How many whole seconds it lies before the template. */
  shiftSeconds: number;
}

/** How far the past goes back. */
const PAST_SECONDS = 30 * 86_400;

/** One every ten minutes. */
const MOST_VARIANTS = PAST_SECONDS / 600;

/** The moments over which this many payments spread evenly, the oldest first, templates in turn. */
export function variantsFor(count: number, templates: number): Variant[] {
  const length = Math.min(count, MOST_VARIANTS);
  return Array.from({ length }, (_, variant) => ({
    variant,
    template: variant % templates,
    shiftSeconds: Math.floor(((length - variant) * PAST_SECONDS) / length),
  }));
}
