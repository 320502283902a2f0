export { type CallerKindName, METHOD_ACCESS } from './gen/access.ts';
