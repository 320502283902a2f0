export * from './gen/causeway/wallet/v1/float.ts';
export * from './gen/causeway/wallet/v1/issuer.ts';
export * from './gen/causeway/wallet/v1/transit.ts';
export * from './gen/causeway/wallet/v1/wallet.ts';
