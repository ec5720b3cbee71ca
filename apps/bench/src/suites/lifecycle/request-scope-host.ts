import type { RunningServer } from '../../serve.js';
import type { BenchContext, Effort } from '../../suite.js';
import { requestScopeCost, unusedBytes } from './request-scope.js';

/** What `ask` answers: ns per request, and bytes. */
export interface RequestScopeFigures {
  readonly used: number;
  readonly unused: number;
  readonly without: number;
  readonly bytes: number;
}

/** A process for this alone: what ran before would have left the emitters it shares with it in another state. */
export function start(argument: unknown): RunningServer {
  const effort = argument as Effort;
  const ctx: BenchContext = {
    effort,
    scale: (full, quick, probe = 1) => ({ full, quick, probe })[effort],
    log() {},
    defer() {},
    record() {},
  };
  const ask = async (): Promise<RequestScopeFigures> => {
    const { used, unused, without } = await requestScopeCost(ctx);
    return { used: used.value, unused: unused.value, without: without.value, bytes: unusedBytes() };
  };
  return { port: 0, ask };
}
