export * from './gen/causeway/routing/v1/clearing.ts';
export * from './gen/causeway/routing/v1/decision.ts';
export * from './gen/causeway/routing/v1/events.ts';
export * from './gen/causeway/routing/v1/journey.ts';
export * from './gen/causeway/routing/v1/policy.ts';
export * from './gen/causeway/routing/v1/recovery.ts';
export * from './gen/causeway/routing/v1/routing.ts';
