import { afterEach, expect, test } from '@jest/globals';
import { soakCount, waitFor } from '@spark-perf/test-services';
import { Child } from '../child.js';
import { startLoad } from '../load.js';

const REQUESTS = soakCount(100_000);
const RESTARTS = soakCount(50);
const children: Child[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

test.each(['http', 'spark'])(
  `${RESTARTS} rolling restarts of 2 workers under at least ${REQUESTS} keep-alive POSTs drop nothing: %s`,
  async (host) => {
    // Longer than this process may be kept from the CPU: whoever says nothing for so long is closed.
    const child = Child.start('cluster.mjs', { host, cluster: { workers: 2 }, server: { linger: 5_000 } });
    children.push(child);
    await child.heard({ done: 'start' });
    const { report } = await child.heard({ event: 'ready' });
    const load = startLoad((report as { url: string }).url, 16);
    for (let restart = 1; restart <= RESTARTS; restart++) {
      child.send({ order: 'reload' });
      const { outcomes } = await child.heard({ done: 'reload' }, restart);
      expect(outcomes).toEqual(['fulfilled']);
    }
    await waitFor(() => load.answered >= REQUESTS, { timeout: 100_000 });
    const { failures } = await load.stop();
    expect(failures).toEqual([]);
    const gone = child.all({ event: 'gone' });
    expect(gone).toHaveLength(2 * RESTARTS);
    expect(gone.filter(({ expected, code }) => expected !== true || code !== 0)).toEqual([]);
    child.kill('SIGTERM');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
  240_000,
);
