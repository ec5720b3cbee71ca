export { databaseClientTests } from './database-client-tests.js';
export type { DatabaseClientHarness } from './database-client-tests.js';
export type { ConformanceTest } from './conformance-test.js';
export { memoryLevelTests } from './memory-level-tests.js';
export type { MemoryLevelHarness } from './memory-level-tests.js';
export { sharedLevelTests } from './shared-level-tests.js';
export type { SharedLevelHarness } from './shared-level-tests.js';
export type { MemoryLevel } from '../levels/memory-level.js';
export type {
  FillRequest,
  LeaseClaim,
  Reading,
  SharedLevel,
  Versions,
  WriteRequest,
} from '../levels/shared-level.js';
