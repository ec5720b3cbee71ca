import type { EjectionReason } from '../servers/server-state.js';
import type { ResolvedOutlierOptions } from './outlier-options.js';

/** What live traffic says of one attempt. */
export type Outcome = 'ok' | '5xx' | 'gateway' | 'timeout';

/** Counts one server's outcomes and says when they amount to an ejection. O(1), allocates nothing. */
export class OutlierDetector {
  #errors = 0;
  #gateway = 0;
  #timeouts = 0;
  #total = 0;
  #good = 0;

  constructor(readonly options: ResolvedOutlierOptions) {}

  /** Takes in an outcome; the reason to eject the server, if it is one too many. */
  record(outcome: Outcome): EjectionReason | undefined {
    this.#total++;
    if (outcome === 'ok') {
      this.#good++;
      this.#errors = this.#gateway = this.#timeouts = 0;
      return undefined;
    }
    const { consecutive5xx, consecutiveGatewayFailures, consecutiveTimeouts } = this.options;
    if (outcome === 'timeout') {
      return ++this.#timeouts === consecutiveTimeouts ? 'timeouts' : undefined;
    }
    if (outcome === 'gateway' && ++this.#gateway === consecutiveGatewayFailures) return 'gateway-failures';
    if (outcome === '5xx') this.#gateway = 0;
    return ++this.#errors === consecutive5xx ? 'consecutive-5xx' : undefined;
  }

  /** Starts the rows of failures anew, as an ejection does. */
  reset(): void {
    this.#errors = this.#gateway = this.#timeouts = 0;
  }

  /** Requests and successes since the last call. */
  takeInterval(): { readonly total: number; readonly good: number } {
    const taken = { total: this.#total, good: this.#good };
    this.#total = this.#good = 0;
    return taken;
  }
}
