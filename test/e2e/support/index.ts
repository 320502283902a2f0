export * from '../../support/index.ts';
export { type Knock, knocker } from './knock.ts';
export { field, invalid, type Method, reasonOf, refuser } from './refused.ts';
export { openWorld } from './world.ts';
