/** The largest request or response, encoded. */
export const MAX_MESSAGE_BYTES = 1 << 20;

/** Past this size a frame is sent as it is, so that many large calls make several frames. */
export const FULL_FRAME_BYTES = 256 << 10;

/**
 * The largest frame: one that was not quite full, a largest message on top, and what surrounds
 * the messages. A larger one would end the stream and with it every call on it.
 */
const MAX_FRAME_BYTES = FULL_FRAME_BYTES + MAX_MESSAGE_BYTES + (256 << 10);

/** The most calls in a frame: beyond it frames get no cheaper, and replies only come later. */
export const MAX_FRAME_CALLS = 64;

/** How long a unary call may take whose caller set no deadline. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** Options of both ends of a connection. A peer that answers no ping for 5 s is gone. */
export const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': MAX_FRAME_BYTES,
  'grpc.max_send_message_length': MAX_FRAME_BYTES,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.enable_channelz': 0,
} as const;
