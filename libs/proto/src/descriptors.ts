export { DESCRIPTOR_SET } from './gen/descriptors.ts';
