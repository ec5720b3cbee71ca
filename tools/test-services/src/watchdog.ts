import { spawn } from 'node:child_process';

// Reads the id of the process to guard, one per line (an empty line: none). When the other end of the pipe closes,
// whatever the reason, it ends that process and removes its folder. Postgres takes the children down on SIGQUIT.
const SCRIPT = `
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -CONT "$pid" 2>/dev/null
  kill -"$1" "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do
    if grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; then break; fi
    sleep 0.1
    tries=$((tries + 1))
  done
  kill -KILL "$pid" 2>/dev/null
fi
rm -rf -- "$2"
`;

/** Sees to it that a server does not outlive the process that started it, even one that ends by SIGKILL. */
export interface Watchdog {
  /** Names the process to guard; `undefined` when there is none at the moment. */
  guard(pid: number | undefined): void;
  /** Ends the watchdog, which removes the folder. */
  release(): void;
}

export function startWatchdog(directory: string, endSignal: 'KILL' | 'QUIT'): Watchdog {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', endSignal, directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // a Ctrl-C that ends the tests must not end their watchdog
    cwd: '/',
  });
  child.unref();
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  (child.stdin as unknown as { unref(): void }).unref();
  return {
    guard: (pid) => void child.stdin.write(`${pid ?? ''}\n`),
    release: () => void child.stdin.end('\n'),
  };
}
