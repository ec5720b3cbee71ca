// node corpus/run.mjs [name…]: runs the corpus, two programs at a time, and tells recall and false alarms.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const FLAGS = ['--expose-gc', '--max-old-space-size=256'];
const DEADLINE = 120_000;

const wanted = process.argv.slice(2);
const files = ['leaking', 'healthy'].flatMap((label) =>
  readdirSync(join(here, label))
    .filter((file) => wanted.length === 0 || wanted.includes(basename(file, '.mjs')))
    .map((file) => join(here, label, file)),
);
const results = [];

async function runNext() {
  for (let file = files.shift(); file !== undefined; file = files.shift()) {
    const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, file], { timeout: DEADLINE });
    const result = JSON.parse(stdout.trim().split('\n').at(-1));
    results.push(result);
    const right = result.alarm === (result.label === 'leaking');
    const story = result.history.map(({ minute, verdict }) => `${minute} ${verdict}`).join(', ');
    console.error(`${right ? 'ok   ' : 'WRONG'} ${result.label} ${result.program}: ${story}`);
  }
}

await Promise.all([runNext(), runNext()]);
const of = (label, alarm) => results.filter((one) => one.label === label && one.alarm === alarm);
const summary = {
  leaking: results.filter((one) => one.label === 'leaking').length,
  healthy: results.filter((one) => one.label === 'healthy').length,
  found: of('leaking', true).length,
  missed: of('leaking', false).map((one) => one.program),
  falseAlarms: of('healthy', true).map((one) => one.program),
};
console.log(JSON.stringify(summary));
process.exitCode = summary.missed.length + summary.falseAlarms.length === 0 ? 0 : 1;
