export * from '../../support/index.ts';
export { knocker } from './knock.ts';
export { transitIn } from './transit.ts';
export { openWorld } from './world.ts';
