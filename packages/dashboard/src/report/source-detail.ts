import type { Milliseconds } from '@spark-perf/core';
import type { SourceKind } from '../sources/source-kind.js';

/** A key that a limiter refused often, masked. */
interface MaskedKey {
  readonly key: string;
  readonly count: number;
}

/** One server of a balancer. */
export interface ServerDetail {
  readonly id: string;
  readonly healthy: boolean;
  readonly state: string;
  readonly requests: number;
  readonly errors: number;
  readonly active: number;
  readonly p99: Milliseconds | undefined;
  readonly responseTime: Milliseconds | undefined;
  readonly retries: number;
  readonly ejections: number;
}

/** One process of a cluster. */
interface WorkerDetail {
  readonly slot: number;
  readonly state: string;
  readonly pid: number | undefined;
  readonly uptime: Milliseconds;
}

/** One level of a cache. */
interface LevelDetail {
  readonly level: string;
  readonly hits: number;
  readonly misses: number;
  readonly errors: number;
  readonly up: boolean;
}

/** What `getStats()` tells and no metric does. */
export interface SourceDetail {
  readonly topKeys?: readonly MaskedKey[];
  readonly servers?: readonly ServerDetail[];
  /** Whether `drainServer` and `restoreServer` are there. */
  readonly drainable?: boolean;
  readonly workers?: readonly WorkerDetail[];
  readonly levels?: readonly LevelDetail[];
  readonly verdict?: string;
  readonly reason?: string;
  /** Of a breaker or a lifecycle. */
  readonly state?: string;
  /** Plain numbers of a source without `collect()`. */
  readonly numbers?: Readonly<Record<string, number>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads what a panel needs besides metrics, whatever else `stats` holds. */
export function sourceDetail(
  kind: SourceKind,
  stats: unknown,
  drainable: boolean,
  mask: (key: string) => string,
): SourceDetail | undefined {
  const fields = record(stats);
  switch (kind) {
    case 'limiter':
      return {
        topKeys: records(fields['topDenied'])
          .slice(0, 8)
          .map((one) => ({ key: mask(text(one['key'])), count: number(one['count']) })),
      };
    case 'balancer':
      return { drainable, servers: records(fields['servers']).slice(0, 256).map(server) };
    case 'cluster':
      return { workers: records(fields['workers']).slice(0, 256).map(worker) };
    case 'cache':
      return { levels: levelsOf(fields) };
    case 'memory': {
      const evidence = record(fields['evidence']);
      return { verdict: text(fields['verdict']), reason: text(evidence['reason']) };
    }
    case 'breaker':
      return { state: text(fields['state']) };
    case 'lifecycle':
      return { state: text(fields['phase']) };
    case 'other':
      return { numbers: numbersOf(fields) };
    default:
      return undefined;
  }
}

function server(one: Fields): ServerDetail {
  const percentiles = record(one['percentiles'] ?? one['latency'] ?? one);
  const healthy = one['healthy'] !== false;
  return {
    id: text(one['id']),
    healthy,
    state: text(one['state'] ?? (healthy ? 'healthy' : 'unhealthy')),
    requests: number(one['requests']),
    errors: number(one['errors']),
    active: number(one['activeConnections']),
    p99: optional(percentiles['p99']),
    responseTime: optional(one['responseTime']),
    retries: number(one['retries']),
    ejections: number(one['ejections']),
  };
}

function worker(one: Fields): WorkerDetail {
  return {
    slot: number(one['slot']),
    state: text(one['state']),
    pid: optional(one['pid']),
    uptime: number(one['uptime']),
  };
}

function levelsOf(fields: Fields): LevelDetail[] {
  const levels = record(fields['levels'] ?? fields);
  return ['l1', 'l2', 'l3'].flatMap((name) => {
    const level = record(levels[name] ?? levels[name.toUpperCase()]);
    const { hits, misses, errors } = level;
    if (typeof hits !== 'number') return [];
    return {
      level: name.toUpperCase(),
      hits,
      misses: number(misses),
      errors: number(errors),
      up: level['up'] !== false,
    };
  });
}

function numbersOf(fields: Fields): Record<string, number> {
  const found = Object.entries(fields).filter((one): one is [string, number] => typeof one[1] === 'number');
  return Object.fromEntries(found.slice(0, 64));
}

const record = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const records = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(record) : []);
const optional = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const number = (value: unknown): number => optional(value) ?? 0;
const text = (value: unknown): string =>
  (typeof value === 'string' || typeof value === 'number' ? String(value) : '').slice(0, 256);
