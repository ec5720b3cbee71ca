import { collectGarbage } from '../../measure.js';
import { allocatedBytes } from '../../memory.js';
import type { StartServer } from '../../serve.js';
import type { ContestantName, Course } from './contestants.js';
import { contestant } from './contestants.js';

/** Asks for the ms that so many decisions take, or for the heap bytes that one allocates. */
export type Question = { readonly times: number } | 'allocated';

/**
 * One contestant, alone in its process: what the others leave in the heap, and what they teach the compiler about the
 * loop they share, would be measured with it.
 */
export const start: StartServer = async (argument) => {
  const { name, course } = argument as { name: ContestantName; course: Course };
  const run = await contestant(name, course);
  const ask = async (question: unknown): Promise<number> => {
    // A batch so large that what is allocated once per batch doesn't show.
    if (question === 'allocated') return (await allocatedBytes(() => run(1), 16_000)).value;
    const { times } = question as { times: number };
    collectGarbage();
    const begun = performance.now();
    const result = run(times);
    if (result instanceof Promise) await result;
    return performance.now() - begun;
  };
  return { port: 0, ask };
};
