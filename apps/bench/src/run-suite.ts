import { machine } from './machine.js';
import { peerVersions } from './peer-versions.js';
import type { Report } from './report.js';
import { consoleLine } from './report.js';
import type { Row } from './row.js';
import type { BenchContext, Effort, Suite } from './suite.js';

/** Runs a suite. What it yielded before it failed is kept. */
export async function runSuite(suite: Suite, effort: Effort): Promise<Report> {
  const started = performance.now();
  const rows: Row[] = [];
  const figures: Record<string, unknown> = {};
  const cleanups: (() => unknown)[] = [];
  const ctx: BenchContext = {
    effort,
    scale: (full, quick, probe = Math.max(1, Math.ceil(quick / 10))) => ({ full, quick, probe })[effort],
    log: (message) => console.error(`         … ${message}`),
    defer: (cleanup) => cleanups.push(cleanup),
    record(name, data) {
      let key = name;
      for (let copy = 2; key in figures; copy++) key = `${name} (${copy})`;
      figures[key] = data;
    },
  };
  let failure: string | null = null;
  console.log(`\n${suite.title} (${suite.name}, ${effort})`);
  try {
    for await (const row of suite.run(ctx)) {
      rows.push(row);
      console.log(consoleLine(row));
    }
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    console.error(error);
  }
  for (const cleanup of cleanups.reverse()) {
    try {
      await cleanup();
    } catch (error) {
      console.error(error);
    }
  }
  return {
    suite: suite.name,
    title: suite.title,
    effort,
    date: new Date().toISOString().slice(0, 10),
    took: (performance.now() - started) / 1_000,
    machine: machine(),
    peers: peerVersions(suite.peers ?? []),
    rows,
    failure,
    figures,
  };
}
