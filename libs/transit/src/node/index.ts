export { nodeCryptography, nodeSigner } from './cryptography.ts';
export { NodeJournalFile } from './journal-file.ts';
