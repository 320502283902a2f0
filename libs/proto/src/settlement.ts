export * from './gen/causeway/settlement/v1/settlement.ts';
