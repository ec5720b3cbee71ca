export { fakeContext } from './fake-context.js';
export type { FakeContext, FakeContextOptions } from './fake-context.js';
export { ManualClock } from './manual-clock.js';
export type { ManualClockOptions } from './manual-clock.js';
