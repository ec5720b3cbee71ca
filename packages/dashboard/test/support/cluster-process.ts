import { waitFor } from '@spark-perf/test-services';
import { spawn } from 'node:child_process';
import path from 'node:path';

/** A process with the page over two workers, and what commands it. */
export interface ClusterProcess {
  readonly url: string;
  readonly pid: number;
  readonly say: (line: string) => void;
  readonly stop: () => Promise<void>;
}

/** Starts `fixtures/cluster.mjs`, which needs the packages built. */
export async function startCluster(): Promise<ClusterProcess> {
  const primary = spawn(process.execPath, [path.join(__dirname, '../fixtures/cluster.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'development' },
  });
  let printed = '';
  primary.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const stop = async (): Promise<void> => {
    primary.stdin.end();
    await waitFor(() => primary.exitCode !== null || primary.signalCode !== null);
  };
  try {
    const url = await waitFor(() => /^http:\S+(?=\n)/.exec(printed)?.[0], {
      timeout: 60_000,
      message: 'the cluster to be ready',
    });
    return { url, pid: primary.pid!, say: (line) => void primary.stdin.write(`${line}\n`), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The cookie and token that a page at `url` gives. */
export async function enter(url: string): Promise<{ readonly cookie: string; readonly token: string }> {
  const page = await fetch(url);
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, token: /name="token"\s+content="([^"]+)"/.exec(await page.text())?.[1] ?? '' };
}
