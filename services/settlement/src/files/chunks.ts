import { createHash, type Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';

/** How much of a file is kept together; every chunk but a file's last one holds exactly this. */
export const CHUNK_BYTES = 256 << 10;

/** Chunks on their way at once, of all files together: what bounds the memory of writing them. */
const MAX_UNDER_WAY = 6;

/** The text of XML and CSV goes into a tenth; more effort than the least gains little. */
const EFFORT = { level: 1 };

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** A chunk as it is kept. */
export function packed(bytes: Uint8Array): Promise<Buffer> {
  return deflate(bytes, EFFORT);
}

/** What `packed` was given. */
export function unpacked(bytes: Uint8Array): Promise<Buffer> {
  return inflate(bytes, { maxOutputLength: CHUNK_BYTES });
}

/** Where chunks go. */
export interface ChunkTarget {
  put(position: number, packedBytes: Buffer): Promise<void>;
}

/** What is under way for all files of a window: so much, and no more. */
export class Uploads {
  readonly #underWay = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  /** Begins once there is room. Throws what an earlier one failed with. */
  async begin(upload: () => Promise<void>): Promise<void> {
    while (this.#underWay.size >= MAX_UNDER_WAY) await Promise.race(this.#underWay);
    this.#rethrow();
    const running = upload().catch((error) => {
      this.#failure ??= { error };
    });
    this.#underWay.add(running);
    void running.then(() => this.#underWay.delete(running));
  }

  /** Waits for all of them. Throws what one failed with. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#rethrow();
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** A file by its content. */
export interface Content {
  sizeBytes: bigint;
  /** 64 hex digits. */
  sha256: string;
  chunkCount: number;
}

/** Takes a file piece by piece and hands it on in chunks; it holds one chunk at most. */
export class ChunkedFile {
  readonly #target: ChunkTarget;
  readonly #uploads: Uploads;
  readonly #hash: Hash = createHash('sha256');
  #text = '';
  #rest: Buffer = Buffer.alloc(0);
  #sizeBytes = 0n;
  #chunkCount = 0;

  constructor(target: ChunkTarget, uploads: Uploads) {
    this.#target = target;
    this.#uploads = uploads;
  }

  /** Whether enough has come together that `flush` must be called before more is written. */
  get isFull(): boolean {
    return this.#text.length >= CHUNK_BYTES;
  }

  write(piece: string): void {
    this.#text += piece;
  }

  /** Hands on the whole chunks that have come together. */
  async flush(): Promise<void> {
    const bytes = Buffer.concat([this.#rest, Buffer.from(this.#text)]);
    this.#text = '';
    let start = 0;
    for (; bytes.length - start >= CHUNK_BYTES; start += CHUNK_BYTES) {
      await this.#hand(bytes.subarray(start, start + CHUNK_BYTES));
    }
    this.#rest = bytes.subarray(start);
  }

  /** Hands on what is left. */
  async finish(): Promise<Content> {
    await this.flush();
    if (this.#rest.length > 0) await this.#hand(this.#rest);
    const sha256 = this.#hash.digest('hex');
    return { sizeBytes: this.#sizeBytes, sha256, chunkCount: this.#chunkCount };
  }

  async #hand(chunk: Buffer): Promise<void> {
    const position = this.#chunkCount;
    this.#chunkCount += 1;
    this.#sizeBytes += BigInt(chunk.length);
    this.#hash.update(chunk);
    await this.#uploads.begin(async () => this.#target.put(position, await packed(chunk)));
  }
}
