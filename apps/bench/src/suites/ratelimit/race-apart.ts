import type { Measured } from '../../measured.js';
import { measured } from '../../measured.js';
import type { ServerUnderTest } from '../../serve.js';
import { serve } from '../../serve.js';
import type { BenchContext } from '../../suite.js';
import type { Question } from './alone.js';
import type { ContestantName, Course } from './contestants.js';

/** Starts one contestant in a process of its own. */
export function apart(ctx: BenchContext, name: ContestantName, course: Course): Promise<ServerUnderTest> {
  return serve(ctx, new URL('./alone.js', import.meta.url), { argument: { name, course } });
}

/** `race`, with each contestant in a process of its own: the same turns, one process working at a time. */
export async function raceApart<Name extends ContestantName>(
  ctx: BenchContext,
  names: readonly Name[],
  course: Course,
): Promise<Record<Name, Measured>> {
  const rounds = ctx.scale(11, 5, 2);
  const roundTime = ctx.scale(200, 60, 5);
  const racers: { name: Name; server: ServerUnderTest; times: number; figures: number[] }[] = [];
  for (const name of names) {
    const server = await apart(ctx, name, course);
    racers.push({ name, server, times: await calibrate(server, roundTime), figures: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < racers.length; turn++) {
      const { server, times, figures } = racers[(turn + round) % racers.length] as (typeof racers)[number];
      figures.push(((await took(server, times)) / times) * 1e6);
    }
  }
  const results = {} as Record<Name, Measured>;
  for (const { name, server, figures } of racers) {
    await server.stop();
    results[name] = measured(figures, 'ns/op');
    ctx.record(name, results[name]);
  }
  return results;
}

async function took(server: ServerUnderTest, times: number): Promise<number> {
  const question: Question = { times };
  return (await server.ask(question)) as number;
}

async function calibrate(server: ServerUnderTest, roundTime: number): Promise<number> {
  for (let times = 1; ; times *= 2) {
    if ((await took(server, times)) < roundTime / 2) continue;
    // Once more: the first run that is long enough was still being compiled.
    return Math.max(1, Math.round((times * roundTime) / Math.max(await took(server, times), 0.001)));
  }
}
