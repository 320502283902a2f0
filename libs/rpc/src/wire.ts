import { Status } from '@causeway/proto/google';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { errorOf } from './failures.ts';

const DETAILS = 'grpc-status-details-bin';

/** The status as grpc-js sends it, with its details in the trailer that gRPC keeps for them. */
export function trailersOf(status: Status) {
  const metadata = new Metadata();
  if (status.details.length > 0) {
    metadata.set(DETAILS, Buffer.from(Status.encode(status).finish()));
  }
  return { code: status.code, details: status.message, metadata };
}

/** What a caller gets of an error that grpc-js reports. */
export function errorOfService(error: ServiceError): Error {
  const [details] = error.metadata?.get(DETAILS) ?? [];
  if (Buffer.isBuffer(details)) return errorOf(Status.decode(details));
  return errorOf({ code: error.code, message: error.details, details: [] });
}

/** The codec of what stays bytes until it is known who calls what. */
export function asIs(bytes: Buffer): Buffer {
  return bytes;
}
