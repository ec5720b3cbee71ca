import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { writeReport } from './report.js';
import { runSuite } from './run-suite.js';
import type { Effort } from './suite.js';
import { loadSuite, suiteNames } from './suite-names.js';
import { updateDocuments } from './update-documents.js';

const USAGE = `pnpm bench [suite …] [--quick | --probe | --report] [--dry]

  --quick   short rounds, for a first look
  --probe   the shortest, only to see that everything runs; writes no report
  --dry     prints the figures, writes no report
  --report  only puts the results there are into README.md and docs/performance.md
  --list    the suites there are

Without a name every suite runs. Reports go to apps/bench/results/, and from there into the documents.`;

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      probe: { type: 'boolean' },
      report: { type: 'boolean' },
      dry: { type: 'boolean' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const names = suiteNames();
  if (values.help === true) {
    console.log(`${USAGE}\n\nSuites: ${names.join(', ')}`);
    return 0;
  }
  if (values.list === true) {
    console.log(names.join('\n'));
    return 0;
  }
  if (values.report === true) {
    await updateDocuments(root);
    return 0;
  }
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`No suite is called ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
    return 2;
  }
  // Figures of memory need full collections, and no round should pay for another's garbage.
  setFlagsFromString('--expose-gc');
  (globalThis as { gc?: unknown }).gc = runInNewContext('gc');

  const effort: Effort = values.probe === true ? 'probe' : values.quick === true ? 'quick' : 'full';
  const writes = effort !== 'probe' && values.dry !== true;
  const totals = { met: 0, notMet: 0, reported: 0, failed: 0 };
  for (const name of positionals.length > 0 ? positionals : names) {
    try {
      const report = await runSuite(await loadSuite(name), effort);
      if (writes) await writeReport(report, path.join(root, 'apps/bench/results'));
      for (const { met } of report.rows) totals[met === null ? 'reported' : met ? 'met' : 'notMet']++;
      if (report.failure !== null) totals.failed++;
    } catch (error) {
      console.error(`${name} could not be loaded:`, error);
      totals.failed++;
    }
  }
  if (writes) await updateDocuments(root);
  console.log(
    `\n${totals.met} met, ${totals.notMet} not met, ${totals.reported} reported, ${totals.failed} suites failed`,
  );
  // A claim that does not hold is a result, not a failure: this measures, it does not gate.
  return totals.failed > 0 ? 1 : 0;
}

// Exits by itself: a peer may leave a timer or a socket behind.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
