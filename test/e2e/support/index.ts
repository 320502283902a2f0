export * from '../../support/index.ts';
export { knocker } from './knock.ts';
export { openWorld } from './world.ts';
