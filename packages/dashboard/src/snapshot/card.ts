import type { Ratio } from '@spark-perf/core';
import type { Level } from '../feed/feed-entry.js';
import type { Status } from './snapshot.js';

/** How a number is written. `ms`, `bytes` and `ratio` are units; `count` and `rate` are not. */
export type Unit = 'count' | 'rate' | 'ratio' | 'ms' | 'bytes';

/** A named number. */
export interface Figure {
  readonly label: string;
  readonly value: number;
  readonly unit: Unit;
}

/** One part of a bar. `tone` picks its pattern and colour; the label says what it is. */
export interface BarPart {
  readonly label: string;
  readonly value: number;
  readonly tone: 'good' | 'use' | 'free' | 'bad';
}

/** Parts of a whole. */
export interface Bar {
  readonly label: string;
  readonly parts: readonly BarPart[];
  /** The first part's share of the whole, where that is what people look for. */
  readonly ratio?: Ratio | undefined;
}

export type Cell =
  | { readonly text: string }
  | { readonly value: number; readonly unit: Unit }
  | { readonly level: Level; readonly text: string };

/** What can be done to a row. */
export interface RowAction {
  readonly action: 'drain' | 'restore';
  readonly source: string;
  readonly target: string;
}

export interface CardTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly action?: RowAction | undefined }[];
}

/** One engine on the page. */
export interface Card {
  /** Unique on the page. */
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly status: Status;
  readonly figures: readonly Figure[];
  readonly bars: readonly Bar[];
  readonly table: CardTable | null;
  /** The series of its sparkline, and what that is; `null` without one. */
  readonly chart: { readonly series: string; readonly label: string; readonly unit: Unit } | null;
}
