import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { constants } from 'node:os';
import { Child } from '../child.js';

const TRIGGERS = [
  'SIGTERM',
  'SIGINT',
  'SIGUSR2',
  'uncaughtException',
  'unhandledRejection',
  'shutdown()',
] as const;
const SITUATIONS = [
  'clean',
  'failing cleanup',
  'hung cleanup',
  'second signal',
  'signal during start-up',
] as const;
type Trigger = (typeof TRIGGERS)[number];
type Situation = (typeof SITUATIONS)[number];

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

const isCrash = (trigger: Trigger) => trigger.startsWith('u');
const second = (trigger: Trigger) => (trigger === 'SIGINT' ? 'SIGTERM' : 'SIGINT');
const outcomes = new Map<string, Promise<Outcome>>();
const children = new Set<Child>();
const AT_ONCE = 3;

async function run(trigger: Trigger, situation: Situation): Promise<Outcome> {
  const child = Child.start('process.mjs', { trigger, situation });
  children.add(child);
  if (situation === 'second signal') {
    await waitFor(() => child.output.includes('waiting for a second signal') || child.exited, {
      timeout: 25_000,
    });
    child.kill(second(trigger));
  }
  const { code, signal } = await child.exit;
  return { code, signal, lines: child.output.split('\n'), errors: child.errors };
}

beforeAll(() => {
  const cells = TRIGGERS.flatMap((trigger) => SITUATIONS.map((situation) => ({ trigger, situation })));
  const lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  cells.forEach(({ trigger, situation }, index) => {
    const lane = index % AT_ONCE;
    const outcome = (lanes[lane] as Promise<unknown>).then(() => run(trigger, situation));
    outcomes.set(`${trigger} ${situation}`, outcome);
    lanes[lane] = outcome.catch(() => {});
  });
});

afterAll(() => {
  for (const child of children) child.kill();
});

function expectedEnd(trigger: Trigger, situation: Situation) {
  if (isCrash(trigger)) return { code: 1, signal: null };
  if (situation === 'second signal') {
    return { code: 128 + constants.signals[second(trigger)], signal: null };
  }
  if (situation === 'failing cleanup' || situation === 'hung cleanup') return { code: 1, signal: null };
  return trigger === 'SIGUSR2' ? { code: null, signal: 'SIGUSR2' } : { code: 0, signal: null };
}

describe.each(TRIGGERS)('%s', (trigger) => {
  test.each(SITUATIONS)(
    '%s',
    async (situation) => {
      const outcome = await outcomes.get(`${trigger} ${situation}`);
      const { code, signal, lines, errors } = outcome as Outcome;
      expect({ code, signal, errors }).toEqual({ ...expectedEnd(trigger, situation), errors });
      const cleanups = lines.filter((line) => line.startsWith('cleanup')).sort();
      if (situation === 'second signal') {
        expect(cleanups).toEqual(['cleanup handler', 'cleanup top']);
        return;
      }
      const late = situation === 'signal during start-up' ? ['cleanup late'] : [];
      expect(cleanups).toEqual([
        'cleanup base',
        'cleanup failing',
        'cleanup handler',
        ...late,
        'cleanup top',
      ]);
      // Intact: what was written last, behind more than a pipe takes at once, has arrived.
      expect(lines.find((line) => line.startsWith('x'))).toHaveLength(400_000);
      expect(lines).toContain('end of output');
      if (isCrash(trigger)) expect(errors).toContain('boom');
      if (situation === 'failing cleanup') expect(errors).toContain('no luck');
    },
    60_000,
  );
});
