import { expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import type { ServerEvent, ServerState } from '../../src/servers/server-state.js';
import { nextState } from '../../src/servers/server-state.js';
import { resolveServerOptions } from '../../src/servers/server-options.js';
import { UpstreamServer } from '../../src/servers/upstream-server.js';

const healthy: ServerState = { kind: 'healthy', since: 0 };

test('an ejection ends in a probe, whose trial decides', () => {
  const out = nextState(healthy, { kind: 'eject', until: 100, reason: 'consecutive-5xx' }, 0);
  expect(out).toMatchObject({ kind: 'ejected', until: 100 });
  expect(nextState(out, { kind: 'expire' }, 99)).toBe(out);
  const probing = nextState(out, { kind: 'expire' }, 100);
  expect(probing).toMatchObject({ kind: 'probing', trial: false });
  const trial = nextState(probing, { kind: 'trial' }, 101);
  expect(nextState(trial, { kind: 'recover' }, 102)).toMatchObject({ kind: 'healthy' });
  expect(nextState(trial, { kind: 'eject', until: 400, reason: 'probe' }, 102)).toMatchObject({ until: 400 });
});

test('a later verdict never shortens an ejection', () => {
  const check = nextState(healthy, { kind: 'eject', until: Infinity, reason: 'check' }, 0);
  expect(nextState(check, { kind: 'eject', until: 100, reason: 'timeouts' }, 0)).toBe(check);
});

test('health goes on changing below a drain', () => {
  const draining = nextState(healthy, { kind: 'drain' }, 0);
  const out = nextState(draining, { kind: 'eject', until: 9, reason: 'check' }, 1);
  expect(out.kind).toBe('draining');
  expect(nextState(out, { kind: 'restore' }, 2)).toMatchObject({ kind: 'ejected' });
});

const event: fc.Arbitrary<ServerEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('eject' as const),
    until: fc.oneof(fc.nat(200), fc.constant(Infinity)),
    reason: fc.constant('timeouts' as const),
  }),
  ...(['expire', 'trial', 'trial-over', 'recover', 'drain', 'restore', 'remove'] as const).map((kind) =>
    fc.constant({ kind }),
  ),
);

/** A plain model: three independent facts. */
interface Model {
  removed: boolean;
  draining: boolean;
  until: number | undefined;
  probing: boolean;
  trial: boolean;
}

function step(model: Model, { kind, ...rest }: ServerEvent, now: number): void {
  if (model.removed) return;
  if (kind === 'remove') model.removed = true;
  else if (kind === 'drain') model.draining = true;
  else if (kind === 'restore') model.draining = false;
  else if (kind === 'recover') Object.assign(model, { until: undefined, probing: false, trial: false });
  else if (kind === 'eject') {
    const { until } = rest as { until: number };
    Object.assign(model, { until: Math.max(model.until ?? -Infinity, until), probing: false, trial: false });
  } else if (kind === 'expire' && model.until !== undefined && now >= model.until)
    Object.assign(model, { until: undefined, probing: true, trial: false });
  else if (kind === 'trial' && model.probing) model.trial = true;
  else if (kind === 'trial-over') model.trial = false;
}

function kindOf(model: Model): ServerState['kind'] {
  if (model.removed) return 'removed';
  if (model.draining) return 'draining';
  if (model.probing) return 'probing';
  return model.until === undefined ? 'healthy' : 'ejected';
}

test('follows the model whatever happens, and counts what is under way', () => {
  const acquisition = fc.constantFrom('acquire' as const, 'release' as const);
  const action = fc.tuple(fc.nat(20), fc.oneof(event, acquisition));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      let now = 0;
      const transport = { dispatch: () => {}, destroy: () => {} };
      const options = resolveServerOptions({ id: 'a', url: 'http://127.0.0.1:1' });
      const server = new UpstreamServer(options, transport, undefined, () => now);
      const model: Model = {
        removed: false,
        draining: false,
        until: undefined,
        probing: false,
        trial: false,
      };
      let active = 0;
      for (const [wait, one] of actions) {
        now += wait;
        if (one === 'acquire') {
          server.acquire();
          active++;
        } else if (one === 'release') {
          if (active > 0) {
            server.release();
            active--;
          } else expect(() => server.release()).toThrow(RangeError);
        } else {
          server.apply(one);
          step(model, one, now);
        }
        expect(server.state.kind).toBe(kindOf(model));
        expect(server.activeConnections).toBe(active);
      }
      let idle = false;
      server.whenIdle(() => (idle = true));
      while (active-- > 0) server.release();
      expect(idle).toBe(true);
      expect(server.activeConnections).toBe(0);
    }),
    { seed: testSeed(), numRuns: soakCount(10_000) },
  );
});
