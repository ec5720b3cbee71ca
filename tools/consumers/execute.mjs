import { execFile } from 'node:child_process';
import { environment } from '../setup/environment.mjs';

/**
 * Runs a program and resolves to what it printed.
 *
 * @param {string} cwd
 * @param {string} command
 * @param {readonly string[]} args
 * @param {number} [deadline] in ms
 * @returns {Promise<string>}
 */
export function execute(cwd, command, args, deadline = 120_000) {
  const options = {
    cwd,
    env: environment(),
    timeout: deadline,
    killSignal: 'SIGKILL',
    maxBuffer: 32 * 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const why = error.killed ? `did not end within ${deadline / 1000} s` : `ended with code ${error.code}`;
      reject(new Error(`${command} ${args.join(' ')} ${why}\n${stdout}\n${stderr}`.trim()));
    });
  });
}
