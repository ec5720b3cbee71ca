export { windowStoreTests } from './window-store-tests.js';
export type { ConformanceTest, WindowStoreHarness } from './window-store-tests.js';
