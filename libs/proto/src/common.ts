export * from './gen/causeway/common/v1/access.ts';
export * from './gen/causeway/common/v1/events.ts';
export * from './gen/causeway/common/v1/money.ts';
export * from './gen/causeway/common/v1/parked.ts';
export * from './gen/causeway/common/v1/participant.ts';
export * from './gen/causeway/common/v1/payment.ts';
export * from './gen/causeway/common/v1/peer.ts';
export * from './gen/causeway/common/v1/probe.ts';
