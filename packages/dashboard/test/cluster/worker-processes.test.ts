import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { EventEmitter } from 'node:events';
import type { Answer, Question } from '../../src/cluster/messages.js';
import { seal, unseal } from '../../src/cluster/messages.js';
import { WorkerProcesses } from '../../src/cluster/worker-processes.js';
import { EventFeed } from '../../src/feed/event-feed.js';
import type { ProcessReport } from '../../src/report/process-report.js';
import { families } from '../support/fake-source.js';

class FakeCluster extends EventEmitter {
  readonly workers: Record<number, ReturnType<FakeCluster['fork']>> = {};

  fork(id: number, onQuestion: (question: Question) => void) {
    const worker = {
      id,
      process: { pid: 100 + id },
      isConnected: () => true,
      send: (message: object, callback: (error: Error | null) => void) => {
        const question = unseal<Question>(message);
        callback(null);
        if (question !== undefined) onQuestion(question);
        return true;
      },
    };
    this.workers[id] = worker;
    return worker;
  }

  answer(id: number, answer: Answer): void {
    this.emit('message', this.workers[id], JSON.parse(JSON.stringify(seal(answer))));
  }
}

const report = (pid: number, borrowed: number): ProcessReport => ({
  pid,
  name: `worker ${pid}`,
  uptime: 1,
  events: [],
  sources: [{ name: 'pool', kind: 'pool', families: families('counter', { spark_pool_borrowed: borrowed }) }],
});

function setUp() {
  const clock = new ManualClock();
  const cluster = new FakeCluster();
  const feed = new EventFeed(10);
  return { clock, cluster, feed, workers: new WorkerProcesses(cluster, clock, feed) };
}

const retired = (workers: WorkerProcesses): unknown =>
  workers.retired.list()[0]?.families[0]?.samples[0]?.value;

describe('the workers of a cluster', () => {
  test('one that is slow is waited for in time, then shown as it was', async () => {
    const { clock, cluster, workers } = setUp();
    let answers = true;
    cluster.fork(1, ({ id }) => {
      if (answers) cluster.answer(1, { type: 'report', id, report: report(1, 5) });
    });
    expect(await workers.ask(400)).toHaveLength(1);
    answers = false;
    const asked = workers.ask(400);
    await clock.advance(400);
    expect((await asked)[0]?.pid).toBe(1);
  });

  test('one that never reports is waited for three times only', async () => {
    const { clock, cluster, workers } = setUp();
    cluster.fork(1, () => {});
    for (let i = 0; i < 3; i++) {
      const asked = workers.ask(400);
      await clock.advance(400);
      expect(await asked).toEqual([]);
    }
    expect(await workers.ask(400)).toEqual([]); // without time going by
  });

  test('one whose channel has just closed is not waited for', async () => {
    const { cluster, workers } = setUp();
    const worker = cluster.fork(1, () => {});
    worker.send = (_message, callback) => {
      callback(new Error('channel closed'));
      return false;
    };
    expect(await workers.ask(400)).toEqual([]); // without time going by
    expect(await workers.profile(101, 'cpu-profile', 400)).toBe('absent');
  });

  test('one that has said its last is not asked again, and counts once', async () => {
    const { cluster, workers } = setUp();
    let asked = 0;
    const worker = cluster.fork(1, ({ id }) => {
      asked++;
      cluster.answer(1, { type: 'report', id, report: report(1, 5) });
    });
    await workers.ask(400);
    cluster.answer(1, { type: 'final', report: report(1, 7) });
    expect(await workers.ask(400)).toEqual([]);
    cluster.emit('disconnect', worker);
    expect([asked, retired(workers)]).toEqual([1, 7]);
  });

  test('one that is killed counts with what it said last, and ends what waits for it', async () => {
    const { cluster, workers } = setUp();
    let answers = true;
    const worker = cluster.fork(1, ({ id }) => {
      if (answers) cluster.answer(1, { type: 'report', id, report: report(1, 5) });
    });
    await workers.ask(400);
    answers = false;
    const profile = workers.profile(101, 'cpu-profile', 10_000);
    cluster.emit('disconnect', worker);
    expect([await profile, retired(workers)]).toEqual(['absent', 5]);
  });

  test('profiles come from the process that is named, messages of others are left alone', async () => {
    const { cluster, workers } = setUp();
    cluster.fork(1, ({ id }) => cluster.answer(1, { type: 'profile', id, profile: '{}' }));
    cluster.fork(2, ({ id }) => cluster.answer(2, { type: 'failed', id, reason: 'busy' }));
    cluster.emit('message', cluster.workers[1], 'hello');
    cluster.emit('message', cluster.workers[1], null);
    expect(await workers.profile(101, 'cpu-profile', 1)).toEqual({ profile: '{}' });
    expect(await workers.profile(102, 'cpu-profile', 1)).toBe('busy');
    expect(await workers.profile(103, 'cpu-profile', 1)).toBe('absent');
    workers.close();
    expect(cluster.listenerCount('message') + cluster.listenerCount('disconnect')).toBe(0);
  });

  test('their events are in the feed under their name', async () => {
    const { cluster, feed, workers } = setUp();
    const event = { id: 1, at: 5, level: 'warn', source: 'pool', text: 'A wait', times: 2 } as const;
    cluster.fork(1, ({ id }) =>
      cluster.answer(1, { type: 'report', id, report: { ...report(1, 1), events: [event] } }),
    );
    await workers.ask(400);
    expect(feed.list()).toMatchObject([{ source: 'worker 1 pool', text: 'A wait', times: 2 }]);
  });
});
