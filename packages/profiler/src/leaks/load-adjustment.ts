import type { Point } from './theil-sen.js';

/** A point with the load that the process was under. */
export interface LoadedPoint extends Point {
  /** Requests per second, or in flight: any measure that memory may follow. */
  readonly load?: number | undefined;
}

/**
 * The points less what load explains: value = a + b·time + c·load by least squares, of which c·load is taken off.
 * `undefined` where load is not known, did not vary, or memory does not rise with it.
 */
export function withoutLoad(points: readonly LoadedPoint[]): Point[] | undefined {
  const n = points.length;
  if (n < 6 || points.some(({ load }) => load === undefined || !Number.isFinite(load))) return undefined;
  const mean = (of: (point: LoadedPoint) => number): number =>
    points.reduce((sum, one) => sum + of(one), 0) / n;
  const load = (one: LoadedPoint): number => one.load ?? 0;
  const [at, value, level] = [mean((one) => one.at), mean((one) => one.value), mean(load)];
  const covariance = (a: (p: LoadedPoint) => number, b: (p: LoadedPoint) => number): number =>
    mean((one) => a(one) * b(one));
  const t = (one: LoadedPoint): number => one.at - at;
  const y = (one: LoadedPoint): number => one.value - value;
  const x = (one: LoadedPoint): number => load(one) - level;
  const [tt, xx, tx, ty, xy] = [
    covariance(t, t),
    covariance(x, x),
    covariance(t, x),
    covariance(t, y),
    covariance(x, y),
  ];
  if (xx <= 1e-12 * Math.max(1, level * level)) return undefined;
  const determinant = tt * xx - tx * tx;
  // Load that is itself a straight line in time can't be told from it: all the growth is billed to the load.
  const c = determinant > 1e-3 * tt * xx ? (xy * tt - ty * tx) / determinant : xy / xx;
  if (!(c > 0)) return undefined;
  return points.map((one) => ({ at: one.at, value: one.value - c * load(one) }));
}
