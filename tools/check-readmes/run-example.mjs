import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { javascriptOf } from './type-errors.mjs';

const DEADLINE = 60_000;
const OUTPUT_SHOWN = 4000;

/**
 * Runs an example; it must end by itself.
 *
 * @param {{ source: string }} example
 * @returns {Promise<string | undefined>} what went wrong
 */
export function runExample({ source }) {
  const file = source.replace(/\.ts$/, '.js');
  writeFileSync(file, javascriptOf(source));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let hung = false;
    const keep = (chunk) => (output = (output + chunk).slice(-OUTPUT_SHOWN));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, DEADLINE);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(undefined);
      else if (hung) resolve(`does not end by itself within ${DEADLINE / 1000} s. It printed:\n${output}`);
      else resolve(`ends with exit code ${code}. It printed:\n${output}`);
    });
  });
}
