import type { Milliseconds } from '@spark-perf/core';
import { systemClock } from '@spark-perf/core';
import { inspect } from 'node:util';
import type { CrashOrigin, ShutdownCause } from '../shutdown-cause.js';
import { exitCode, signalCode } from './exit-code.js';
import { flushOutput } from './flush-output.js';
import { ProcessHandlers } from './process-handlers.js';
import type { ProcessMember } from './process-member.js';
import type { ProcessState } from './process-state.js';

/** One Ctrl-C comes twice under `npm run`: from the terminal and from npm. */
const SAME_PRESS: Milliseconds = 1_000;
const FLUSH_TIMEOUT: Milliseconds = 5_000;
const FORCED_FLUSH_TIMEOUT: Milliseconds = 1_000;
/** What a shutdown may overrun its own deadlines by before the process is ended without it. */
const OVERRUN: Milliseconds = 2_000;
/** A re-raised signal kills within this, or not at all: the kernel spares PID 1, other listeners catch it. */
const RE_RAISE_TIMEOUT: Milliseconds = 200;
const MUTED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];

/**
 * All managers of a process under one set of handlers: a signal or a crash stops every one of them, and the process
 * exits once, after the last. Shared by all copies of the package; see `processLifecycle`.
 */
export class ProcessLifecycle {
  readonly #members = new Set<ProcessMember>();
  readonly #lastSteps = new Set<() => Promise<void>>();
  readonly #handlers = new ProcessHandlers({
    onSignal: (signal) => this.#onSignal(signal),
    onCrash: (origin, error) => this.crash(origin, error),
  });
  #state: ProcessState = { name: 'running' };
  #muted = false;

  get members(): ReadonlySet<ProcessMember> {
    return this.#members;
  }

  /** The shutdown of the whole process, when it is under way. */
  get stopping(): Promise<void> | undefined {
    return this.#state.name === 'stopping' ? this.#state.done : undefined;
  }

  /** Whether the process is on its way out. */
  get ending(): boolean {
    return this.#state.name === 'exiting' || (this.#state.name === 'stopping' && this.#state.exits);
  }

  /** Takes a manager in. The returned function lets it go. */
  join(member: ProcessMember): () => void {
    this.#members.add(member);
    this.#refreshHandlers();
    return () => {
      this.#members.delete(member);
      this.#refreshHandlers();
    };
  }

  /** From now on signals are caught and ignored: somebody else (a cluster's primary) decides. */
  mute(): void {
    this.#muted = true;
    this.#refreshHandlers();
  }

  /** Adds a last step between the shutdown of the managers and the exit. It must be bounded and not reject. */
  beforeExit(step: () => Promise<void>): void {
    this.#lastSteps.add(step);
  }

  /** Stops all managers, then exits. Joins a shutdown that is under way. Settles before the exit. */
  stop(cause: ShutdownCause): Promise<void> {
    if (this.#state.name === 'running') return this.#begin(cause, undefined, true);
    if (this.#state.name === 'stopping') this.#state.exits = true;
    return this.stopping ?? Promise.resolve();
  }

  /** What an uncaught error does. */
  crash(origin: CrashOrigin, error: unknown): void {
    process.stderr.write(`${origin}: ${inspect(error)}\n`);
    this.#failAtExit();
    if (this.#state.name === 'stopping') this.#state.crashed = true;
    if (this.#state.name === 'running') void this.#begin({ kind: 'crash', origin, error }, undefined, false);
  }

  #onSignal(signal: NodeJS.Signals): void {
    if (this.#muted) return;
    const state = this.#state;
    if (state.name === 'running') {
      void this.#begin({ kind: 'signal', signal }, signal, false);
      return;
    }
    const samePress = state.signal === signal && systemClock.now() - state.since < SAME_PRESS;
    if (samePress) return;
    const code = this.#crashed ? 1 : signalCode(signal);
    if (state.name === 'exiting') process.exit(code);
    void this.#exit(code, FORCED_FLUSH_TIMEOUT);
  }

  get #crashed(): boolean {
    return this.#state.name !== 'running' && this.#state.crashed;
  }

  #begin(cause: ShutdownCause, signal: NodeJS.Signals | undefined, mustExit: boolean): Promise<void> {
    let settle = (): void => {};
    const done = new Promise<void>((resolve) => (settle = resolve));
    const crashed = cause.kind === 'crash';
    const exits = mustExit || [...this.#members].some((one) => one.exits);
    this.#state = { name: 'stopping', cause, crashed, exits, signal, since: systemClock.now(), done };
    void this.#run(cause, settle);
    return done;
  }

  async #run(cause: ShutdownCause, settle: () => void): Promise<void> {
    const members = [...this.#members];
    const onSignal = members.some((one) => one.signalExitCode === '128+n') ? '128+n' : 'zero';
    const longest = Math.max(0, ...members.map(({ shutdownTimeout }) => shutdownTimeout));
    const backstop = systemClock.setTimeout(() => this.#giveUp(), longest + OVERRUN, { ref: true });
    const failed = await this.#stopMembers(cause);
    for (const step of this.#lastSteps) await step();
    settle();
    backstop.cancel();
    if (this.#state.name !== 'stopping') return;
    if (!this.#state.exits) {
      this.#state = { name: 'running' };
      this.#refreshHandlers();
      return;
    }
    const bad = failed || this.#crashed;
    const code = exitCode(cause, bad, onSignal);
    if (!bad && cause.kind === 'signal' && cause.signal === 'SIGUSR2')
      await this.#reRaise(cause.signal, code);
    else await this.#exit(code, FLUSH_TIMEOUT);
  }

  #giveUp(): void {
    if (this.#state.name === 'stopping' && this.#state.exits) void this.#exit(1, FORCED_FLUSH_TIMEOUT);
  }

  /** Also those that join while the others stop. Returns whether one failed. */
  async #stopMembers(cause: ShutdownCause): Promise<boolean> {
    const stopped = new Set<ProcessMember>();
    let failed = false;
    for (;;) {
      const fresh = [...this.#members].filter((one) => !stopped.has(one));
      if (fresh.length === 0) return failed;
      for (const one of fresh) stopped.add(one);
      const results = await Promise.all(fresh.map((one) => one.stop(cause)));
      if (results.every(({ errors }) => errors === undefined)) continue;
      failed = true;
      if (this.#state.name === 'stopping' && this.#state.exits) this.#failAtExit();
    }
  }

  /** Whoever ends the process from here on, and a framework's own handler may say 0: the code is 1. */
  #failAtExit(): void {
    process.once('exit', () => {
      if ((process.exitCode ?? 0) === 0) process.exitCode = 1;
    });
  }

  /** nodemon sends SIGUSR2 and waits for the process to die of it. */
  async #reRaise(signal: NodeJS.Signals, code: number): Promise<void> {
    await flushOutput(systemClock, FLUSH_TIMEOUT);
    this.#handlers.update(new Set(), false);
    process.kill(process.pid, signal);
    systemClock.setTimeout(() => process.exit(code), RE_RAISE_TIMEOUT, { ref: true });
  }

  async #exit(code: number, flushTimeout: Milliseconds): Promise<void> {
    const { signal, since } = this.#state.name === 'running' ? { signal: undefined, since: 0 } : this.#state;
    this.#state = { name: 'exiting', crashed: this.#crashed, signal, since };
    await flushOutput(systemClock, flushTimeout);
    process.exit(code);
  }

  #refreshHandlers(): void {
    // During a shutdown a further signal must still find its handler.
    if (this.#state.name !== 'running') return;
    const members = [...this.#members];
    const signals = new Set(this.#muted ? MUTED : members.flatMap((one) => [...one.signals]));
    this.#handlers.update(
      signals,
      members.some(({ handlesCrashes }) => handlesCrashes),
    );
  }
}
