import { test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { sharedLevelTests } from '../../src/testing/index.js';
import { SharedConnection, SharedStore } from './shared-store.js';

const suite = sharedLevelTests(() => {
  const store = new SharedStore(new ManualClock());
  const [one, other] = [new SharedConnection(store, 'one-----'), new SharedConnection(store, 'other---')];
  return Promise.resolve({ one, other, dispose: () => Promise.resolve() });
});

test.each(suite)('the double of a shared level: $name', ({ run }) => run());
