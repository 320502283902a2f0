export * from './gen/google/protobuf/any.ts';
export * from './gen/google/protobuf/duration.ts';
export * from './gen/google/rpc/error_details.ts';
export * from './gen/google/rpc/status.ts';
