export * from './gen/causeway/settlement/v1/adjustment.ts';
export * from './gen/causeway/settlement/v1/agreement.ts';
export * from './gen/causeway/settlement/v1/cover.ts';
export * from './gen/causeway/settlement/v1/dispute.ts';
export * from './gen/causeway/settlement/v1/files.ts';
export * from './gen/causeway/settlement/v1/reconciliation.ts';
export * from './gen/causeway/settlement/v1/settlement.ts';
export * from './gen/causeway/settlement/v1/window.ts';
