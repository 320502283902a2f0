export { nodeCryptography, nodeSigner } from './cryptography.ts';
