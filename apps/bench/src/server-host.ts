// The child process of serve.ts: node server-host.js <module> <argument as JSON>.
import { collectGarbage } from './measure.js';
import type { RunningServer, ServerUsage, StartServer } from './serve.js';

interface Call {
  readonly id: number;
  readonly what: 'usage' | 'collectedUsage' | 'ask';
  readonly question?: unknown;
}

const [, , module = '', argument = 'null'] = process.argv;
const send = (reply: { id: number; value?: unknown; error?: string }): void => {
  process.send?.(reply);
};
const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

function usage(): ServerUsage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpu: (user + system) / 1_000, rss, heapUsed };
}

async function answer(server: RunningServer, { id, what, question }: Call): Promise<void> {
  try {
    if (what === 'collectedUsage') collectGarbage();
    send({ id, value: what === 'ask' ? await server.ask?.(question) : usage() });
  } catch (error) {
    send({ id, error: textOf(error) });
  }
}

process.on('disconnect', () => process.exit(0));
try {
  const { start } = (await import(module)) as { start: StartServer };
  const server = await start(JSON.parse(argument) as unknown);
  process.on('message', (call: Call) => void answer(server, call));
  send({ id: 0, value: server.port });
} catch (error) {
  send({ id: 0, error: textOf(error) });
}
