import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** One letter, as in ps: R, S, D, T (stopped), Z (zombie). */
  readonly state: string;
}

/** The descendants of a process, nearest first. */
export function descendantsOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of processes()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found: number[] = [];
  for (let level = [root]; level.length > 0;) {
    level = level.flatMap((pid) => children.get(pid) ?? []);
    found.push(...level);
  }
  return found;
}

/** The state letter of a process, or `undefined` when it is gone (a zombie is gone). */
export function processState(pid: number): string | undefined {
  const state = existsSync('/proc/self/stat')
    ? readEntry(pid)?.state
    : processes().find((p) => p.pid === pid)?.state;
  return state === 'Z' ? undefined : state;
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function processes(): ProcessEntry[] {
  if (existsSync('/proc/self/stat')) {
    return readdirSync('/proc').flatMap((name) =>
      /^\d+$/.test(name) ? (readEntry(Number(name)) ?? []) : [],
    );
  }
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [pid, parent, state] = line.trim().split(/\s+/);
    return pid && parent && state ? { pid: Number(pid), parent: Number(parent), state: state.charAt(0) } : [];
  });
}

function readEntry(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // "pid (name) state parent …": the name may hold blanks and parentheses.
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(parent), state };
  } catch {
    return undefined;
  }
}
