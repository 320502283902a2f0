export function processMark(pid: number): string | undefined;
export function tryLock(
  path: string,
): { release: () => void; heldBy?: undefined } | { release?: undefined; heldBy: number };
export function withLock<T>(
  path: string,
  onWait: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T>;
