const FIRST_BYTES = 65_536;
/** Beyond this a buffer is given back after its batch. */
const MOST_KEPT_BYTES = 4_194_304;

/** Bytes that grow as they are written, numbers with the highest byte first. */
export class Scratch {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  /** How many bytes are written. */
  length = 0;

  /** Forgets what was written. */
  clear(): void {
    this.length = 0;
    if (this.#bytes.length > MOST_KEPT_BYTES) this.#use(Buffer.allocUnsafeSlow(FIRST_BYTES));
  }

  /** What is written, as bytes of its own. */
  copy(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.length));
  }

  /** Makes room: whoever writes reserves first, so that no write needs to look. */
  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#use(larger);
  }

  int8(value: number): void {
    this.#view.setInt8(this.length, value);
    this.length += 1;
  }

  int16(value: number): void {
    this.#view.setInt16(this.length, value);
    this.length += 2;
  }

  int32(value: number): void {
    this.#view.setInt32(this.length, value);
    this.length += 4;
  }

  /** Writes over what was written before. */
  int32At(at: number, value: number): void {
    this.#view.setInt32(at, value);
  }

  int64(value: bigint): void {
    this.#view.setBigInt64(this.length, value);
    this.length += 8;
  }

  /** A whole number that a double holds exactly, without making a bigint of it. */
  int64OfNumber(value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.#view.setInt32(this.length, high);
    this.#view.setUint32(this.length + 4, value - high * 2 ** 32);
    this.length += 8;
  }

  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.length);
    this.length += value.length;
  }

  /** UTF-8 behind its length in bytes. Reserve four, and three for each unit of the text. */
  sizedText(value: string): void {
    const lengthAt = this.length;
    this.length += 4;
    if (!this.#ascii(value)) this.length += this.#bytes.write(value, lengthAt + 4);
    this.#view.setInt32(lengthAt, this.length - lengthAt - 4);
  }

  /** Most texts are short codes, for which a call into the engine costs more than the copy. */
  #ascii(value: string): boolean {
    const size = value.length;
    for (let at = 0; at < size; at += 1) {
      const unit = value.charCodeAt(at);
      if (unit > 127) return false;
      this.#bytes[this.length + at] = unit;
    }
    this.length += size;
    return true;
  }

  #use(bytes: Buffer<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
