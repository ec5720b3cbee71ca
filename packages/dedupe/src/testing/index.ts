export { dedupeStoreTests } from './dedupe-store-tests.js';
export type { ConformanceTest, DedupeStoreHarness } from './dedupe-store-tests.js';
