import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import path from 'node:path';

interface Summary {
  leaking: number;
  healthy: number;
  found: number;
  missed: string[];
  falseAlarms: string[];
}

function runCorpus(): Promise<{ summary: Summary; story: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(__dirname, '../corpus/run.mjs')]);
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (output.out += String(chunk)));
    child.stderr.on('data', (chunk) => (output.err += String(chunk)));
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve({ summary: JSON.parse(output.out) as Summary, story: output.err });
      } catch {
        reject(new Error(`The corpus did not run:\n${output.err}\n${output.out}`));
      }
    });
  });
}

test('of the labelled corpus at least nine in ten leaks are found, and no healthy program is called leaking', async () => {
  const { summary, story } = await runCorpus();
  expect(summary.leaking).toBeGreaterThanOrEqual(20);
  expect(summary.healthy).toBeGreaterThanOrEqual(20);
  if (summary.falseAlarms.length > 0 || summary.missed.length > 0) console.error(story);
  expect(summary.falseAlarms).toEqual([]);
  expect(summary.found / summary.leaking).toBeGreaterThanOrEqual(0.9);
}, 600_000);
