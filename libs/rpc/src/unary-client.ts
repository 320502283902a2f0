import { Refusal } from '@causeway/runtime';
import type { Backends } from './backends.ts';
import type { MethodDefinition } from './definitions.ts';
import { RpcFailure } from './failures.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import type { Send } from './road.ts';

/** Encodes a request, sends it to one of the servers and decodes what comes back. */
export async function unaryCall(
  backends: Backends,
  method: MethodDefinition,
  request: unknown,
  how: Send,
): Promise<unknown> {
  const payload = method.requestSerialize(request as never);
  if (payload.length > MAX_MESSAGE_BYTES) {
    throw new Refusal('MESSAGE_TOO_LARGE', `the request exceeds ${MAX_MESSAGE_BYTES} bytes`);
  }
  const response = await backends.send(method.path, payload, how);
  try {
    return method.responseDeserialize(response);
  } catch {
    throw new RpcFailure('INTERNAL', 'the response cannot be decoded');
  }
}
