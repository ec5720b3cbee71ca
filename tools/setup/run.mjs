import { spawn } from 'node:child_process';
import { environment } from './environment.mjs';
import { root } from './root.mjs';

/** Process groups that run at the moment. */
const groups = new Set();
const killGroup = (pid, signal) => {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
};
process.on('exit', () => groups.forEach((pid) => killGroup(pid, 'SIGKILL')));

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
/** Hands a signal over to what runs, waits a moment for it to end, and leaves. */
function passOn(signal) {
  for (const pid of groups) killGroup(pid, signal);
  const leave = () => process.exit(CODES[signal]);
  setTimeout(leave, 5000);
  setInterval(() => groups.size === 0 && leave(), 20);
}

// Only while something runs: afterwards signals belong to whoever comes next.
function add(pid) {
  if (groups.size === 0) for (const signal of Object.keys(CODES)) process.once(signal, passOn);
  groups.add(pid);
}
function remove(pid) {
  groups.delete(pid);
  if (groups.size === 0) for (const signal of Object.keys(CODES)) process.off(signal, passOn);
}

/**
 * Runs a program in a process group of its own and resolves when it has ended. At the deadline the whole group is
 * killed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {number} options.deadline in ms
 * @param {Record<string, string>} [options.env] additions
 * @param {(line: string) => void} [options.onLine] receives each line of stdout, which is then printed as well
 * @param {boolean} [options.quiet] prints only when it fails
 * @param {boolean} [options.silent] prints nothing
 * @param {() => number | undefined} [options.grace] polled each second; once it gives a number of ms, that is how long
 *   the program may still take
 * @returns {Promise<{ code: number, timedOut: boolean }>}
 */
export function run(command, args, { deadline, env, onLine, quiet = false, silent = false, grace }) {
  const held = quiet || silent;
  const piped = held || onLine !== undefined;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: environment(env),
      detached: true,
      stdio: ['ignore', piped ? 'pipe' : 'inherit', held ? 'pipe' : 'inherit'],
    });
    let timedOut = false;
    const expire = () => {
      timedOut = true;
      if (child.pid) killGroup(child.pid, 'SIGKILL');
    };
    const timer = setTimeout(expire, deadline);
    let graceTimer;
    const poll = setInterval(() => {
      const left = graceTimer ? undefined : grace?.();
      if (left !== undefined) graceTimer = setTimeout(expire, left);
    }, 1000);
    if (child.pid) add(child.pid);

    const kept = [];
    let partial = '';
    const keep = (chunk) => {
      kept.push(chunk);
      if (kept.length > 5000) kept.shift();
    };
    child.stderr?.on('data', keep);
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      if (held) keep(chunk);
      else process.stdout.write(chunk);
      const lines = (partial + chunk).split('\n');
      partial = lines.pop();
      for (const line of lines) onLine?.(line);
    });

    const finish = (code) => {
      clearTimeout(timer);
      clearTimeout(graceTimer);
      clearInterval(poll);
      if (child.pid) killGroup(child.pid, 'SIGKILL'); // what it left behind
      remove(child.pid);
      if (partial) onLine?.(partial);
      if (held && !silent && code !== 0) process.stdout.write(kept.join(''));
      resolve({ code, timedOut });
    };
    child.once('error', (error) => {
      if (!silent) console.error(`${command}: ${error.message}`);
      finish(127);
    });
    // "exit", not "close": a stray grandchild may hold the pipes open.
    child.once('exit', (code) => setImmediate(() => finish(timedOut ? 124 : (code ?? 1))));
  });
}
