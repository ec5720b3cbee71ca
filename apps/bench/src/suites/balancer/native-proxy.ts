import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { BinaryName } from '@spark-perf/test-services';
import { freePort, locateBinary, waitFor } from '@spark-perf/test-services';
import type { ServerUnderTest } from '../../serve.js';
import type { BenchContext } from '../../suite.js';

/** One worker with keep-alive to the upstream, as for production. */
const nginx = (port: number, upstream: number, folder: string): string => `
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  upstream up { server 127.0.0.1:${upstream}; keepalive 100; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}`;

const haproxy = (port: number, upstream: number): string => `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  default_backend up
backend up
  server a 127.0.0.1:${upstream}
`;

type Native = Pick<ServerUnderTest, 'port' | 'usage'>;

/** Starts nginx or HAProxy in front of `upstream`; undefined where it is not installed. */
export async function startNative(
  ctx: BenchContext,
  name: Extract<BinaryName, 'nginx' | 'haproxy'>,
  upstream: number,
): Promise<Native | undefined> {
  const binary = locateBinary(name);
  if (binary === undefined) return undefined;
  const folder = await mkdtemp(path.join(os.tmpdir(), `spark-bench-${name}-`));
  const port = await freePort();
  const config = path.join(folder, 'config');
  await writeFile(config, name === 'nginx' ? nginx(port, upstream, folder) : haproxy(port, upstream));
  const flags = name === 'nginx' ? ['-c', config, '-p', folder] : ['-db', '-f', config];
  const child = spawn(binary, flags, { stdio: 'ignore' });
  ctx.defer(async () => {
    child.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });
  await waitFor(() => accepts(port), { message: `${name} to listen` });
  return { port, usage: () => usageOf(child) };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** CPU time of the process and its workers, from /proc (in ticks of 10 ms). */
async function usageOf(child: ChildProcess): Promise<{ cpu: number; rss: number; heapUsed: number }> {
  let ticks = 0;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(pid) === child.pid || Number(fields[1]) === child.pid)
      ticks += Number(fields[11]) + Number(fields[12]);
  }
  return { cpu: ticks * 10, rss: 0, heapUsed: 0 };
}
