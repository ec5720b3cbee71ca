import type { Row } from './row.js';

/** How long a run takes: `full` for figures to publish, `quick` for a first look, `probe` only to see that it runs. */
export type Effort = 'full' | 'quick' | 'probe';

/** What a suite is given. */
export interface BenchContext {
  readonly effort: Effort;
  /** A number by effort: `ctx.scale(10_000_000, 100_000, 1_000)`. The probe's defaults to a tenth of the quick one. */
  scale(full: number, quick: number, probe?: number): number;
  /** Progress, for whoever watches. Not part of the report. */
  log(message: string): void;
  /** Registers what must be undone when the suite ends, also when it fails. Runs in reverse order. */
  defer(cleanup: () => unknown): void;
  /** Keeps raw figures for the JSON report beside the rows. */
  record(name: string, data: object): void;
}

/**
 * One benchmark. The file `suites/<name>.ts` or `suites/<name>/index.ts` exports it as `suite`; nothing else
 * needs to know of it. Each claim about speed or memory is one row:
 *
 * ```ts
 * export const suite: Suite = {
 *   name: 'clock',
 *   title: 'Sources of time',
 *   async *run(ctx) {
 *     const { ours, theirs } = await race(ctx, { ours: loop(() => clock.now()), theirs: loop(() => Date.now()) });
 *     yield row({ claim: 'now() costs at most 2x Date.now()', ours, peers: { 'Date.now': theirs }, target: '<= 2x' });
 *   },
 * };
 * ```
 *
 * Measure in one process with `race` (measure.ts), over HTTP with `serve` (serve.ts) and `raceServers`
 * (http-race.ts). A row that fails to be measured is yielded with `ours: null` and a note; it is never left out.
 */
export interface Suite {
  /** The name on the command line, that of its file. */
  readonly name: string;
  readonly title: string;
  /** The npm packages measured against: the report states their versions. */
  readonly peers?: readonly string[];
  run(ctx: BenchContext): AsyncIterable<Row> | Iterable<Row>;
}
