const LENGTH_DELIMITED = 2;
const VARINT = 0;

/**
 * The bytes of an embedded message as they stand in an encoded message, so that what is passed on
 * unread is not encoded again. Undefined where the field is absent, or where anything but numbers
 * and length-delimited fields stands before it. The message must have been decoded without error.
 */
export function embedded(message: Uint8Array, field: number): Uint8Array | undefined {
  const reader = { bytes: message, at: 0 };
  while (reader.at < message.length) {
    const tag = varint(reader);
    const type = tag & 7;
    if (type === VARINT) {
      varint(reader);
    } else if (type === LENGTH_DELIMITED) {
      const length = varint(reader);
      if (tag >>> 3 === field) return message.subarray(reader.at, reader.at + length);
      reader.at += length;
    } else {
      return undefined;
    }
  }
  return undefined;
}

/** Its lower 32 bits, which hold every tag and length. */
function varint(reader: { bytes: Uint8Array; at: number }): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = reader.bytes[reader.at] ?? 0;
    reader.at += 1;
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}
