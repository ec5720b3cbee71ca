import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchContext } from './suite.js';

/** What a server's module exports as `start`: listens on 127.0.0.1, port 0, and tells its port. */
export type StartServer = (argument?: unknown) => Promise<RunningServer> | RunningServer;

export interface RunningServer {
  readonly port: number;
  /** Answers `ServerUnderTest.ask`. */
  readonly ask?: (question: unknown) => unknown;
  readonly close?: () => unknown;
}

/** CPU time in ms, resident and heap memory in bytes, of the server's process so far. */
export interface ServerUsage {
  readonly cpu: number;
  readonly rss: number;
  readonly heapUsed: number;
}

/** A server in a process of its own. */
export interface ServerUnderTest {
  readonly pid: number;
  readonly port: number;
  /** @param collect whether to collect garbage first */
  usage(collect?: boolean): Promise<ServerUsage>;
  /** Puts a question to the server's `ask`, such as for its statistics. */
  ask(question: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Handed to `start`; must be serialisable. */
  readonly argument?: unknown;
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

type Reply = { id: number; value?: unknown; error?: string };

const DEADLINE = 30_000;

/**
 * Starts the server of `module` (`new URL('./servers/plain.js', import.meta.url)`) in a child process. It is stopped
 * when the suite ends.
 */
export async function serve(
  ctx: BenchContext,
  module: URL,
  options: ServeOptions = {},
): Promise<ServerUnderTest> {
  const host = fileURLToPath(new URL('./server-host.js', import.meta.url));
  const child = fork(host, [module.href, JSON.stringify(options.argument ?? null)], {
    execArgv: ['--expose-gc', ...(options.execArgv ?? [])],
    env: { ...process.env, NODE_ENV: 'production', ...options.env },
  });
  const open = new Map<number, (reply: Reply) => void>();
  child.on('message', (reply: Reply) => open.get(reply.id)?.(reply));
  child.on('exit', (code, signal) => {
    for (const settle of open.values()) settle({ id: 0, error: `The server ended (${signal ?? code})` });
  });
  let ids = 0;
  const receive = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle({ id, error: `No answer within ${DEADLINE} ms` }), DEADLINE);
      const settle = (reply: Reply): void => {
        clearTimeout(timer);
        open.delete(id);
        if (reply.error === undefined) resolve(reply.value);
        else reject(new Error(`${module.pathname}: ${reply.error}`));
      };
      open.set(id, settle);
    });
  const call = (what: 'usage' | 'collectedUsage' | 'ask', question?: unknown): Promise<unknown> => {
    const id = ++ids;
    const reply = receive(id);
    child.send({ id, what, question });
    return reply;
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  ctx.defer(stop);
  const port = (await receive(0)) as number;
  return {
    pid: child.pid ?? 0,
    port,
    usage: (collect = false) => call(collect ? 'collectedUsage' : 'usage') as Promise<ServerUsage>,
    ask: (question) => call('ask', question),
    stop,
  };
}
