import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs';

const MIB = 2 ** 20;

/** A file system of its own over one folder, which can be made full and have room again. */
export class SmallDisk {
  readonly #folder: string;
  readonly #roomMiB: number;

  private constructor(folder: string, roomMiB: number) {
    this.#folder = folder;
    this.#roomMiB = roomMiB;
  }

  /** Mounts one over a folder; undefined where this user may not, or the system has no such thing. */
  static over(folder: string, roomMiB: number): SmallDisk | undefined {
    mkdirSync(folder, { recursive: true });
    const options = `size=${roomMiB}m,mode=0755`;
    const made = mount(['-t', 'tmpfs', '-o', options, 'causeway-fault', folder]);
    return made ? new SmallDisk(folder, roomMiB) : undefined;
  }

  /** Makes it full: no more room than so many bytes is left. */
  fill(leftBytes = 0): void {
    const { blocks, bfree, bsize } = statfsSync(this.#folder);
    this.#resize(`${(blocks - bfree) * bsize + leftBytes}`);
  }

  /** Gives it its room back. */
  free(): void {
    this.#resize(`${this.#roomMiB}m`);
  }

  /** How much is in it, in MiB. */
  get usedMiB(): number {
    const { blocks, bfree, bsize } = statfsSync(this.#folder);
    return Math.round(((blocks - bfree) * bsize) / MIB);
  }

  /** Unmounts it, once nobody uses it any more. What it held is gone, or put in its place. */
  remove({ keep }: { keep: boolean }): void {
    const kept = `${this.#folder}.kept`;
    // With its owners, since Postgres starts on nobody else's data.
    if (keep) spawnSync('cp', ['-a', this.#folder, kept]);
    SmallDisk.unmount(this.#folder);
    if (!keep) return;
    rmSync(this.#folder, { recursive: true, force: true });
    renameSync(kept, this.#folder);
  }

  /** Unmounts whatever a run that was killed has left over a folder. */
  static unmount(folder: string): void {
    spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' });
  }

  #resize(size: string): void {
    if (mount(['-o', `remount,size=${size}`, this.#folder])) return;
    throw new Error(`the small disk of ${this.#folder} cannot be made ${size}`);
  }
}

function mount(args: readonly string[]): boolean {
  return spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
}
