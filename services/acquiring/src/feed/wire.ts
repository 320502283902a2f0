import { BinaryReader } from '@bufbuild/protobuf/wire';

/**
 * The bytes of an embedded message as they stand in an encoded message, so that what is passed on
 * unread is not encoded again. Undefined where the field is absent. Throws where the bytes are no
 * message, which their decoding would have told before.
 */
export function embedded(message: Uint8Array, field: number): Uint8Array | undefined {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === field) return reader.bytes();
    reader.skip(type, number);
  }
  return undefined;
}
