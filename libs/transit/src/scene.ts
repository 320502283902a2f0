/** What is ridden. The numbers are those on the wire; a gate refuses one that it does not know. */
export const SCENES = { minibus: 1, bus: 2, metro: 3, tram: 4, ferry: 5, taxi: 6 } as const;

/** A scene by its name. */
export type Scene = keyof typeof SCENES;

const NAMES = new Map<number, Scene>(
  (Object.keys(SCENES) as Scene[]).map((scene) => [SCENES[scene], scene]),
);

/** The scene that a number stands for; undefined where none does. */
export function sceneOf(number: number): Scene | undefined {
  return NAMES.get(number);
}
