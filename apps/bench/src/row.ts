import type { Measured } from './measured.js';
import { quantile } from './measured.js';

/** One claim and what was measured of it: a line of the report. */
export interface Row {
  /** The claim, in words. */
  readonly claim: string;
  /** Our figure; `null` when it could not be measured (the note says why). */
  readonly ours: number | null;
  readonly peers: readonly { readonly name: string; readonly value: number }[];
  readonly unit: string;
  /** Ours over `against`, or the other way round with `inverse`; `null` without a peer, or where its figure is 0. */
  readonly ratio: number | null;
  /** The peer that the ratio is against. */
  readonly against: string | null;
  /** The bound, such as `>= 0.85x` (of the ratio) or `<= 500` (of our figure, in its unit); `null`: reported only. */
  readonly target: string | null;
  /** Whether the bound holds; `null` when the row is reported only. */
  readonly met: boolean | null;
  readonly note: string;
}

export interface RowInput {
  readonly claim: string;
  readonly ours: Measured | number | null;
  readonly peers?: Readonly<Record<string, Measured | number>>;
  /** @default that of the measurement */
  readonly unit?: string;
  /** The peer to compare with. @default the first */
  readonly against?: string;
  /** Peer over ours, so that "3x as fast" in ns/op is `>= 3x`. @default false */
  readonly inverse?: boolean;
  /** `>=`, `>`, `<=` or `<`, a number, and `x` when it bounds the ratio. Without one the row is reported only. */
  readonly target?: string;
  /** The verdict, where no bound on one number can express it. */
  readonly met?: boolean | null;
  readonly note?: string;
}

/**
 * Makes a row: works the ratio out and holds it against the target. Where both sides were measured in interleaved
 * rounds, the ratio is the median of the rounds' ratios: a machine that was busy for a while slows both sides.
 */
export function row(input: RowInput): Row {
  const peers = Object.entries(input.peers ?? {});
  const ours = input.ours === null ? null : valueOf(input.ours);
  const against = input.against ?? peers[0]?.[0] ?? null;
  const peer = against === null ? undefined : input.peers?.[against];
  if (against !== null && peer === undefined) throw new Error(`"${input.claim}" has no peer "${against}"`);
  let ratio = input.ours === null || peer === undefined ? null : ratioOf(input.ours, peer);
  if (ratio !== null && input.inverse === true) ratio = 1 / ratio;
  if (ratio !== null && !Number.isFinite(ratio)) ratio = null; // a peer at zero has no ratio
  const target = input.target ?? null;
  return {
    claim: input.claim,
    ours,
    peers: peers.map(([name, value]) => ({ name, value: valueOf(value) })),
    unit: input.unit ?? [input.ours, ...Object.values(input.peers ?? {})].map(unitOf).find(Boolean) ?? '',
    ratio,
    against,
    target,
    met: input.met !== undefined ? input.met : target === null ? null : holds(target, ours, ratio),
    note: input.note ?? '',
  };
}

/** Whether `target` holds; what could not be measured does not. */
export function holds(target: string, ours: number | null, ratio: number | null): boolean {
  const match = /^\s*(>=|<=|>|<|=)\s*([\d.,_]+(?:e[+-]?\d+)?)\s*(x?)/i.exec(target);
  if (match === null) throw new Error(`Target "${target}" is no bound such as ">= 0.85x" or "<= 500 ns"`);
  const bound = Number((match[2] ?? '').replace(/[,_]/g, ''));
  const figure = match[3] === '' ? ours : ratio;
  if (figure === null || Number.isNaN(figure)) return false;
  switch (match[1]) {
    case '>=':
      return figure >= bound;
    case '<=':
      return figure <= bound;
    case '>':
      return figure > bound;
    case '<':
      return figure < bound;
    default:
      return figure === bound;
  }
}

const valueOf = (figure: Measured | number): number => (typeof figure === 'number' ? figure : figure.value);
const unitOf = (figure: Measured | number | null): string =>
  figure === null || typeof figure === 'number' ? '' : figure.unit;

function ratioOf(ours: Measured | number, peer: Measured | number): number {
  if (typeof ours === 'number' || typeof peer === 'number' || ours.rounds.length !== peer.rounds.length) {
    return valueOf(ours) / valueOf(peer);
  }
  const ratios = ours.rounds.map((value, index) => value / (peer.rounds[index] ?? NaN));
  return quantile(
    ratios.sort((a, b) => a - b),
    0.5,
  );
}
