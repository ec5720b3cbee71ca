import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import path from 'node:path';

interface VerdictLine {
  type: string;
  at: string;
  verdict: string;
  evidence: { reason: string; majorGcs: number };
}

const root = path.join(__dirname, '..');
const fixture = (name: string) => path.join(__dirname, 'fixtures', name);

/** Runs a program; `until` ends it when a line says so. */
function run(
  args: string[],
  env: Record<string, string>,
  until: (line: VerdictLine) => boolean = () => false,
) {
  return new Promise<{ code: number | null; out: string; lines: VerdictLine[] }>((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
    let [out, err] = ['', ''];
    const lines: VerdictLine[] = [];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => {
      const parts = (err + String(chunk)).split('\n');
      err = parts.pop() ?? '';
      for (const part of parts.filter((text) => text.startsWith('{'))) {
        const line = JSON.parse(part) as VerdictLine;
        lines.push(line);
        if (until(line)) child.kill('SIGKILL');
      }
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, lines }));
  });
}

describe.each([['-r'], ['--import']])('node %s @spark-perf/profiler/register', (flag) => {
  test('writes the verdict at exit, and does not keep the program alive', async () => {
    const { code, out, lines } = await run([flag, '@spark-perf/profiler/register', fixture('short.mjs')], {});
    expect({ code, out }).toEqual({ code: 0, out: 'done' });
    expect(lines).toEqual([
      expect.objectContaining({ type: 'spark-memory-verdict', at: 'exit', verdict: 'learning' }),
    ]);
  });
});

test('both at once are one detector', async () => {
  const both = ['-r', '@spark-perf/profiler/register', '--import', '@spark-perf/profiler/register'];
  expect((await run([...both, fixture('short.mjs')], {})).lines).toHaveLength(1);
});

test('a leak in a program run time-compressed is found, by natural collections', async () => {
  const env = {
    PROFILER_TIME_SCALE: '600',
    PROFILER_LEAK_OPTIONS: JSON.stringify({
      warmup: 60_000,
      minMajorGcs: 4,
      pendingFor: 120_000,
      growthThreshold: 1_048_576,
    }),
  };
  const args = [
    '--max-old-space-size=512',
    '--max-semi-space-size=1',
    '-r',
    '@spark-perf/profiler/register',
    fixture('leaky.mjs'),
  ];
  const { lines } = await run(args, env, ({ verdict }) => verdict === 'leaking');
  expect(lines.at(-1)).toMatchObject({ at: 'change', verdict: 'leaking' });
  expect(lines.at(-1)?.evidence.majorGcs).toBeGreaterThanOrEqual(8);
}, 120_000);

test('options that are none stop the program with one clear error', async () => {
  const { code } = await run(['-r', '@spark-perf/profiler/register', fixture('short.mjs')], {
    PROFILER_LEAK_OPTIONS: '{"warmup":-1}',
  });
  expect(code).not.toBe(0);
});
