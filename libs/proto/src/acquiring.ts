export * from './gen/causeway/acquiring/v1/acquiring.ts';
