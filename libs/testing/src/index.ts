export { type TestDatabase, testDatabase } from './database.ts';
export { type TestStack, testStack } from './stack.ts';
