import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';

// In a process of its own, with the build: Jest's heap is ten times as large.
test('once a heap snapshot is sent V8 no longer follows the objects of the process', () => {
  const script = `
    const { Session } = require('node:inspector');
    const { getHeapSnapshot } = require('node:v8');
    const { diagnostics } = require('@spark-perf/profiler');
    const { Spark } = require('@spark-perf/server');
    // What V8 calls an object while it follows them, else 0.
    const idOfProcess = () => {
      let id;
      const session = new Session();
      session.connect();
      session.post('Runtime.evaluate', { expression: 'process' }, (_error, { result }) => {
        session.post('HeapProfiler.getHeapObjectId', { objectId: result.objectId }, (_failure, answer) => {
          id = Number(answer.heapSnapshotObjectId);
        });
      });
      session.disconnect();
      return id;
    };
    (async () => {
      for await (const chunk of getHeapSnapshot()) void chunk;
      const followed = idOfProcess() > 0;
      const app = new Spark();
      let over;
      const sent = new Promise((resolve) => (over = resolve));
      const snapshot = diagnostics({ authorize: () => true, freeMemory: () => Infinity });
      app.use('/diagnostics', async (ctx, next) => over(await snapshot(ctx, next)));
      const server = await app.listen(0, '127.0.0.1');
      const url = 'http://127.0.0.1:' + server.address().port + '/diagnostics/heap-snapshot';
      const answer = await fetch(url, { method: 'POST', headers: { 'X-Spark-Diagnostics': '1' } });
      const bytes = (await answer.arrayBuffer()).byteLength;
      await sent;
      console.log(JSON.stringify({ followed, sent: bytes > 100_000, follows: idOfProcess() > 0 }));
      process.exit();
    })();
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: __dirname, timeout: 60_000 });
  expect([stdout.toString(), stderr.toString()]).toEqual([
    '{"followed":true,"sent":true,"follows":false}\n',
    '',
  ]);
});
