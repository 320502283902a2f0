export * from './gen/causeway/fx/v1/fx.ts';
