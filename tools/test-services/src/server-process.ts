import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from './free-port.js';
import { descendantsOf, processState, signal } from './process-tree.js';
import type { Service } from './service.js';
import type { Account } from './unprivileged-account.js';
import { waitFor } from './wait-for.js';
import type { Watchdog } from './watchdog.js';
import { startWatchdog } from './watchdog.js';

/** How to run one kind of server. */
export interface ServerPlan {
  readonly name: string;
  readonly command: string;
  readonly directory: string;
  readonly account?: Account | undefined;
  /** The port to take; a free one where undefined. */
  readonly port?: number | undefined;
  readonly stopSignal: NodeJS.Signals;
  /** What the watchdog sends when this process has died. */
  readonly endSignal: 'KILL' | 'QUIT';
  args(port: number): readonly string[];
  url(port: number): string;
  /** Whether this very process answers on its port. */
  ready(started: { pid: number; port: number; output: string }): boolean | Promise<boolean>;
}

const START_DEADLINE = 60_000;
const STOP_DEADLINE = 15_000;
const OUTPUT_LIMIT = 64 * 1024;
/** Reasons to try again: another port on a first start, the same one on a restart. */
const TRANSIENT = /address already in use|could not bind|failed listening|shared memory block/i;

/** Runs a server as a child process of its own session group, guarded by a watchdog. */
export class ServerProcess implements Service {
  readonly host = '127.0.0.1';
  readonly #plan: ServerPlan;
  readonly #watchdog: Watchdog;
  readonly #log: string;
  #child: ChildProcess | undefined;
  #port = 0;
  #pid = 0;
  #stopping: Promise<void> | undefined;

  constructor(plan: ServerPlan) {
    this.#plan = plan;
    this.#log = path.join(plan.directory, 'output.log');
    this.#watchdog = startWatchdog(plan.directory, plan.endSignal);
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#pid;
  }

  get url(): string {
    return this.#plan.url(this.#port);
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** The first start; once. Stops again when it fails. */
  async start(): Promise<this> {
    try {
      await this.#startWithin(Date.now() + START_DEADLINE);
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async restart(): Promise<void> {
    if (this.#stopping) throw new Error(`${this.#plan.name} was stopped for good: start a new one`);
    await this.#shutDown();
    await this.#startWithin(Date.now() + START_DEADLINE);
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stopForGood());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async kill(): Promise<void> {
    if (!this.#child) return;
    const family = [this.#pid, ...descendantsOf(this.#pid)];
    for (const pid of family) signal(pid, 'SIGKILL');
    await this.#gone(family);
  }

  async pause(): Promise<void> {
    if (!this.#child) throw new Error(`${this.#plan.name} does not run: nothing to pause`);
    signal(this.#pid, 'SIGSTOP'); // first, so that it starts no more children
    const family = [this.#pid, ...descendantsOf(this.#pid)];
    for (const pid of family) signal(pid, 'SIGSTOP');
    const stopped = (pid: number) => ['T', 't', undefined].includes(processState(pid));
    await waitFor(() => family.every(stopped), { message: `${this.#plan.name} to pause` });
  }

  async resume(): Promise<void> {
    if (!this.#child) throw new Error(`${this.#plan.name} does not run: nothing to resume`);
    for (const pid of [...descendantsOf(this.#pid).reverse(), this.#pid]) signal(pid, 'SIGCONT');
  }

  output(): string {
    try {
      return readFileSync(this.#log, 'utf8').slice(-OUTPUT_LIMIT);
    } catch {
      return '';
    }
  }

  async #startWithin(deadline: number): Promise<void> {
    const fixed = this.#port || this.#plan.port;
    for (;;) {
      const port = fixed ?? (await freePort());
      const failure = await this.#attempt(port, deadline);
      if (failure === undefined) return;
      if (!TRANSIENT.test(failure) || Date.now() > deadline) {
        throw new Error(`${this.#plan.name} did not start on port ${port}. It printed:\n${failure}`);
      }
      if (fixed) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Resolves to what it printed when it ended before it was ready. */
  async #attempt(port: number, deadline: number): Promise<string | undefined> {
    const { name, account } = this.#plan;
    const log = openSync(this.#log, 'a');
    const from = statSync(this.#log).size;
    const child = spawn(this.#plan.command, this.#plan.args(port), {
      cwd: this.#plan.directory,
      stdio: ['ignore', log, log],
      detached: true, // a Ctrl-C reaches the tests, which decide; the watchdog covers the rest
      env: { PATH: process.env.PATH, LANG: 'C', LC_ALL: 'C', HOME: this.#plan.directory },
      ...account,
    });
    closeSync(log);
    child.unref();
    let failure: string | undefined;
    const printed = () => readFileSync(this.#log).subarray(from).toString('utf8');
    child.once('error', (error) => (failure = error.message));
    child.once('exit', (code, killedBy) => {
      failure ??= `${printed()}\n(${name} ended with ${killedBy ?? `code ${code}`})`;
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#watchdog.guard(undefined);
    });
    if (child.pid !== undefined) {
      this.#child = child;
      this.#pid = child.pid;
      this.#port = port;
      this.#watchdog.guard(child.pid);
    }
    const isReady = async () =>
      failure !== undefined || (await this.#plan.ready({ pid: child.pid ?? 0, port, output: printed() }));
    await waitFor(isReady, {
      timeout: deadline - Date.now(),
      interval: 15,
      message: `${name} to answer on ${port}`,
    });
    return failure;
  }

  async #stopForGood(): Promise<void> {
    await this.#shutDown();
    await rm(this.#plan.directory, { recursive: true, force: true, maxRetries: 5 });
    this.#watchdog.release();
  }

  async #shutDown(): Promise<void> {
    if (!this.#child) return;
    await this.resume();
    const family = [this.#pid, ...descendantsOf(this.#pid)];
    signal(this.#pid, this.#plan.stopSignal);
    try {
      await this.#gone(family);
    } catch {
      await this.kill();
    }
  }

  async #gone(family: readonly number[]): Promise<void> {
    const isGone = () => !this.#child && family.every((pid) => processState(pid) === undefined);
    await waitFor(isGone, { timeout: STOP_DEADLINE, message: `${this.#plan.name} to end` });
  }
}
