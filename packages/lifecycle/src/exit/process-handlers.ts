/** What the process tells. */
export interface ProcessEvents {
  onSignal(signal: NodeJS.Signals): void;
  onCrash(origin: 'uncaughtException' | 'unhandledRejection', error: unknown): void;
}

/** The one set of handlers on `process`: installs what is wanted, removes what is not. */
export class ProcessHandlers {
  readonly #signals = new Map<NodeJS.Signals, () => void>();
  readonly #events: ProcessEvents;
  #crashes = false;

  constructor(events: ProcessEvents) {
    this.#events = events;
  }

  update(signals: ReadonlySet<NodeJS.Signals>, crashes: boolean): void {
    for (const [signal, handler] of this.#signals) {
      if (signals.has(signal)) continue;
      process.off(signal, handler);
      this.#signals.delete(signal);
    }
    for (const signal of signals) {
      if (this.#signals.has(signal)) continue;
      const handler = (): void => this.#events.onSignal(signal);
      this.#signals.set(signal, handler);
      process.on(signal, handler);
    }
    if (crashes === this.#crashes) return;
    this.#crashes = crashes;
    const change = crashes ? 'on' : 'off';
    process[change]('uncaughtException', this.#onException);
    process[change]('unhandledRejection', this.#onRejection);
  }

  readonly #onException = (error: unknown): void => this.#events.onCrash('uncaughtException', error);
  readonly #onRejection = (reason: unknown): void => this.#events.onCrash('unhandledRejection', reason);
}
