import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
/** One Ctrl-C comes as several: from the terminal and once more from npm. */
const SAME_PRESS = 1000;
/** Ends the app in good order when this process has died without a word. */
const WATCHDOG = 'while read -r _; do :; done; kill -TERM "$1" 2>/dev/null';

/**
 * Runs a built app as if it were this process: same input and output, same exit code; each signal reaches it once. It
 * gets a session of its own, or a Ctrl-C would reach it from the terminal, from npm and from here.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export function startApp(file, args) {
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit', detached: true });
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'watchdog', `${child.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const lastSent = new Map();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (performance.now() - (lastSent.get(signal) ?? -Infinity) < SAME_PRESS) return;
      lastSent.set(signal, performance.now());
      child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.once('exit', (code, signal) => {
      watchdog.kill('SIGKILL');
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
