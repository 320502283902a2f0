export { testCertificates } from './certificates.ts';
export { type TestDatabase, testDatabase } from './database.ts';
export { type TestNats, testNats } from './nats.ts';
export { type TestStack, testStack } from './stack.ts';
