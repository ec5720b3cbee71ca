import { expect, test } from '@jest/globals';
import type { RequestDeduplicatorOptions } from '../src/index.js';
import { RequestDeduplicator } from '../src/index.js';

test.each<[string, object]>([
  ['ttl', { ttl: -1 }],
  ['methods', { methods: 'POST' }],
  ['scope', { scope: 'user' }],
  ['idempotency', { idempotency: true }],
  ['retention', { retention: 0 }],
  ['lease', { lease: 1 }],
  ['inFlight', { inFlight: 'queue' }],
  ['waitTimeout', { waitTimeout: 0 }],
  ['onOrphan', { onOrphan: 'ignore' }],
  ['onLeaderError', { onLeaderError: 'hide' }],
  ['replayErrors', { replayErrors: true }],
  ['maxBody', { maxBody: '1mb' }],
  ['maxReplay', { maxReplay: -1 }],
  ['maxEntries', { maxEntries: 0 }],
  ['store', { store: {} }],
  ['storeTimeout', { storeTimeout: 0 }],
  ['onStoreError.keyed', { onStoreError: { keyed: 'ignore' } }],
  ['headers', { headers: 'x' }],
  ['trustProxy', { trustProxy: 'all' }],
  ['clock', { clock: {} }],
  ['lifetime', { lifetime: 5 }],
])('a bad `%s` is refused by name', (option, options) => {
  expect(() => new RequestDeduplicator(options as RequestDeduplicatorOptions)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option }),
  );
});
