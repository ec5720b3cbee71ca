import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@spark-perf/test-services';

/** The demo as `npm run demo` starts it, on a free port and with data of its own. */
export class RunningDemo {
  readonly child: ChildProcess;
  readonly #directory: string;
  #output = '';
  port = 0;

  private constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#directory = mkdtempSync(path.join(tmpdir(), 'cities-'));
    const main = path.join(__dirname, '../dist/main.js');
    this.child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, NODE_ENV: 'development', PORT: '0', DATA_DIR: this.#directory, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  static async start(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<RunningDemo> {
    const demo = new RunningDemo(args, env);
    await waitFor(() => demo.output.includes('Stop ') || demo.child.exitCode !== null, { timeout: 120_000 });
    const match = /http:\/\/localhost:(\d+)\//.exec(demo.output);
    if (match === null) throw new Error(`The demo did not start:\n${demo.output}`);
    demo.port = Number(match[1]);
    return demo;
  }

  get output(): string {
    return this.#output;
  }

  fetch(target: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${target}`, init);
  }

  async json(target: string): Promise<Record<string, never>> {
    return (await (await this.fetch(target)).json()) as Record<string, never>;
  }

  /** The exit code; resolves when the process is gone. */
  async exit(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGTERM');
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    await this.exit();
    clearTimeout(killer);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
