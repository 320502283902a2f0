export * from './gen/causeway/connector/v1/connector.ts';
