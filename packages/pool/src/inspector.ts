import type { CoarseClock } from './coarse-clock.js';
import type { DestroyReason } from './entry-state.js';
import { CHECKING } from './entry-state.js';
import type { Entry } from './entry.js';
import type { Stock } from './stock.js';

/** Validates and resets entries out of everybody's reach; each is offered again afterwards, or destroyed. */
export class Inspector<T> {
  /** Entries being looked at: each may serve a waiter soon. */
  checking = 0;

  constructor(
    private readonly stock: Stock<T>,
    private readonly coarse: CoarseClock,
    private readonly offer: (entry: Entry<T>) => void,
    private readonly onChange: () => void,
  ) {}

  /** Validates an entry that nobody has. Tells whether it is well; never rejects. */
  async validate(entry: Entry<T>): Promise<boolean> {
    entry.state = CHECKING;
    this.checking++;
    const finding = await this.stock.examiner.validate(entry.resource);
    if (!finding.ok) {
      this.stock.events.emit('unhealthy', { connection: entry.resource, error: finding.error });
    }
    this.#settle(entry, finding.ok, 'unhealthy');
    return finding.ok;
  }

  /** Resets an entry that has just come back. */
  reset(entry: Entry<T>): void {
    const finding = this.stock.examiner.reset(entry.resource);
    this.checking++;
    if (!(finding instanceof Promise)) {
      this.#settle(entry, finding.ok, 'reset');
      return;
    }
    entry.state = CHECKING;
    void finding.then(({ ok }) => this.#settle(entry, ok, 'reset'));
  }

  #settle(entry: Entry<T>, ok: boolean, reason: DestroyReason): void {
    this.checking--;
    if (!ok) this.stock.counters.failures++;
    if (entry.state.kind === 'condemned') void this.stock.destroy(entry, entry.state.reason);
    else if (!ok) void this.stock.destroy(entry, reason);
    else if (entry.state.kind !== 'destroyed') {
      entry.aliveAt = this.coarse.readExactly();
      this.offer(entry);
    }
    this.onChange();
  }
}
