export * from './gen/causeway/acquiring/v1/acquiring.ts';
export * from './gen/causeway/acquiring/v1/transit.ts';
