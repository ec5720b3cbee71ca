import type { History } from '../snapshot/history.js';

/** The columns that routes can be sorted by. */
const SORT_KEYS = Object.freeze([
  'route',
  'rate',
  'errorRate',
  'p50',
  'p95',
  'p99',
  'share',
  'requests',
] as const);
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** What a person or a connection decides about the page, beside what the snapshot says. */
export interface ViewState {
  readonly history: History;
  readonly sorting: Sorting;
  /** Goes with every action. */
  readonly token: string;
  /** Whether there is a session to end. */
  readonly canLogOut: boolean;
  /** Whether anything can be done from here. */
  readonly actions: boolean;
  /** Longest profile, in seconds. */
  readonly maxSeconds: number;
}

/** The sorting that a query's `sort` asks for (`p99.desc`), else that by share of time. */
export function sortingFrom(query: unknown): Sorting {
  const [name, order] = typeof query === 'string' ? query.split('.') : [];
  const key = SORT_KEYS.find((one) => one === name);
  return key === undefined ? { key: 'share', descending: true } : { key, descending: order !== 'asc' };
}
