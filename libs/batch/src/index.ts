export { type Coalesced, type CoalesceOptions, coalesce } from './coalesce.ts';
