import type { CreatePaymentRequest } from '@causeway/proto/acquiring';
import { CreatePaymentsRequest } from '@causeway/proto/acquiring';

const LENGTH_DELIMITED = 2;
const VARINT = 0;
const FIXED_64 = 1;
const FIXED_32 = 5;

/**
 * Walks over the fields of an encoded message without decoding the rest. A load generator reads
 * five fields of an answer; to decode all thirty of them would cost more than to send the request.
 */
export class Fields {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  /** The field that `next` has found. */
  field = 0;
  #type = 0;

  /** Begins at a message that is a part of `bytes`. */
  over(bytes: Buffer, start = 0, end = bytes.length): this {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    return this;
  }

  /** Goes to the next field; false at the end. Its value must be read or skipped first. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#small();
    this.field = tag >>> 3;
    this.#type = tag & 7;
    return true;
  }

  skip(): void {
    if (this.#type === LENGTH_DELIMITED) this.part();
    else if (this.#type === VARINT) while ((this.#bytes[this.#at++] ?? 0) & 0x80);
    else if (this.#type === FIXED_64) this.#at += 8;
    else if (this.#type === FIXED_32) this.#at += 4;
    else throw new Error(`a message with a field of type ${this.#type}`);
  }

  /** A value below 2^31. */
  small(): number {
    return this.#small();
  }

  /** A value of 64 bits that is not negative. */
  big(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** Where the text or message of this field begins; it is then behind this walk. */
  part(): { start: number; end: number } {
    const length = this.#small();
    const start = this.#at;
    this.#at += length;
    return { start, end: this.#at };
  }

  #small(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}

/** A request as the stream carries it; `unaryPart` of it is what a unary call carries. */
export function encodeRequest(payment: CreatePaymentRequest): Buffer {
  return Buffer.from(CreatePaymentsRequest.encode({ payment }).finish());
}

/** The payment inside a message of the stream, which is its only field. */
export function unaryPart(message: Buffer): Buffer {
  const fields = new Fields().over(message);
  fields.next();
  const { start, end } = fields.part();
  return message.subarray(start, end);
}
