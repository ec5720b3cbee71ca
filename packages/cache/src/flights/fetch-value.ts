import type { Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import type { CacheCore } from '../cache-core.js';
import type { FlightPlan } from './flight-plan.js';
import type { Landing, StaleValue } from './flight.js';
import { Flight } from './flight.js';
import { stillStands } from './still-stands.js';

const SLOW = Symbol('slow');

/** The value of a key for one caller: from the flight under way or a new one, or stale where that is allowed. */
export async function fetchValue(
  core: CacheCore,
  plan: FlightPlan,
  softTimeout: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  signal?.throwIfAborted();
  const { key } = plan;
  const negative = plan.force ? undefined : core.negatives.get(key);
  if (negative?.kind === 'error') {
    // It failed while there was a stale value to give out; there may still be.
    const stale = staleValue(core, key);
    if (stale === undefined) throw negative.error;
    return serveStale(core, plan, stale, 'failed');
  }
  if (negative !== undefined) return negative.value;
  core.counters.l1Misses++;
  let joined = core.flights.joinable(key);
  const stands = joined === undefined || stillStands(core, joined, plan.tags);
  if (stands !== true && !(await stands)) {
    // The first one who finds that out flies anew; those behind him join him.
    const current = core.flights.joinable(key);
    joined = current === joined ? undefined : current;
  }
  if (joined !== undefined) {
    core.counters.coalesced++;
    return join(core, plan, joined, signal);
  }
  const flight = new Flight(core, plan, core.capture(plan.space, key), staleValue(core, key));
  // Beyond the bound callers fetch by themselves: the map of flights must not grow with the demand.
  if (core.flights.size < core.options.maxFlights) core.flights.took(key, flight);
  const landing = await land(core, plan, flight, softTimeout, signal);
  return core.handOut(landing);
}

/** One who comes while another fetches: a stale value is as good as any, and there at once. */
async function join(
  core: CacheCore,
  plan: FlightPlan,
  flight: Flight,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const early = await wait(core, Promise.race([flight.landed, flight.staleKnown]), Infinity, signal);
  if (early !== undefined && early !== SLOW) return core.handOut(early as Landing);
  const { stale } = flight;
  if (stale !== undefined) return serveStale(core, plan, stale, 'refreshing');
  return core.handOut(await land(core, plan, flight, Infinity, signal));
}

async function land(
  core: CacheCore,
  plan: FlightPlan,
  flight: Flight,
  softTimeout: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<Landing> {
  try {
    if (softTimeout === Infinity) return (await wait(core, flight.landed, Infinity, signal)) as Landing;
    const first = await wait(core, flight.landed, softTimeout, signal);
    if (first !== SLOW) return first as Landing;
    const { stale } = flight;
    if (stale !== undefined) {
      serveStale(core, plan, stale, 'slow');
      return stale;
    }
    return (await wait(core, flight.landed, Infinity, signal)) as Landing;
  } catch (error) {
    const { stale } = flight;
    if (stale === undefined || plan.force || signal?.aborted === true) throw error;
    serveStale(core, plan, stale, 'failed');
    return stale;
  }
}

function wait<T>(
  core: CacheCore,
  promise: Promise<T>,
  ms: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<T | typeof SLOW> {
  if (ms === Infinity && signal === undefined) return promise;
  const marked: Promise<T | typeof SLOW> = promise;
  const slow = new Error('slow');
  return withDeadline(core.clock, marked, ms, { onTimeout: () => slow, signal }).catch((error: unknown) => {
    if (error === slow) return SLOW;
    throw error;
  });
}

function serveStale(
  core: CacheCore,
  { name }: FlightPlan,
  stale: StaleValue,
  reason: 'refreshing' | 'slow' | 'failed',
): unknown {
  core.counters.staleServed++;
  core.events.emit('stale', { key: name, reason });
  return core.handOut(stale);
}

function staleValue(core: CacheCore, key: string): StaleValue | undefined {
  const hot = core.first.valid(key, true);
  if (hot === undefined || !core.first.isStale(hot)) return undefined;
  return { value: hot.value, mutable: hot.meta.extra!.mutable, tags: hot.meta.extra!.tags };
}
