import type { IncomingHttpHeaders } from 'node:http';
import type { CapturedHead, CapturedResponse, Milliseconds, Next, ResponseCapture } from '@spark-perf/core';
import { captureResponse } from '@spark-perf/core';
import type { CacheCore } from '../cache-core.js';
import { cacheStatus } from './cache-status.js';
import type { CacheStatusFacts, ForwardReason } from './cache-status.js';
import { isConditional, replaceConditions } from './conditional-request.js';
import { currentAge, standsInForError } from './freshness.js';
import { listOf } from './header-list.js';
import { HeldResponse } from './held-response.js';
import type { FlightEnd } from './http-flights.js';
import type { HttpRequest } from './http-request.js';
import type { HttpCapture, HttpStore } from './http-store.js';
import { guardOwnFields } from './own-fields.js';
import { sendStored } from './send-stored.js';
import type { StorableHead } from './store-decision.js';
import { storeDecision } from './store-decision.js';
import type { PersonalAnswer } from './stored-body.js';
import { completeResponse, confirmedResponse, freshenResponse } from './stored-body.js';
import type { StoredResponse } from './stored-response.js';

export interface Forward {
  readonly core: CacheCore;
  readonly store: HttpStore;
  readonly request: HttpRequest;
  readonly next: Next;
  /** A stale answer to revalidate. */
  readonly stored: StoredResponse | undefined;
  readonly reason: ForwardReason;
  /** Tells those who wait for this request; `undefined` when nobody can. */
  readonly end: ((how: FlightEnd) => void) | undefined;
}

/**
 * Passes a request on to its handler and keeps the answer where that is allowed. The client's own conditional and Range
 * fields are not the handler's business: the cache asks for the whole answer, or whether its own is still good. The
 * answer streams through, unless it may not be what the client gets; then it is held back until it is complete.
 *
 * Resolves when the handler has returned, which may be before it has answered, or never to answer: a host may wait for
 * us to give its 404.
 */
export async function forward(task: Forward): Promise<void> {
  const { key, resource } = task.request;
  const capture = await task.store.capture(key, resource).catch((error: unknown) => {
    task.end?.('alone');
    throw error;
  });
  const forwarding = new Forwarding(task, capture);
  const over = (): void => {
    capture.release();
    task.end?.('alone');
  };
  let begun = false;
  try {
    forwarding.begin();
    begun = true;
  } finally {
    if (!begun) over();
  }
  // Beside the handler, not behind it: where `next()` resolves only when the response is over, what is held back would
  // wait for itself. A failure to keep or to answer must not become an unhandled rejection; the connection is closed.
  forwarding
    .finish()
    .catch(() => task.request.ctx.res.destroy())
    .finally(over)
    .catch(() => {});
  await forwarding.callHandler();
}

type Decision = StorableHead | { readonly refused: string };

class Forwarding {
  readonly #task: Forward;
  readonly #capture: HttpCapture;
  readonly #asked: Milliseconds;
  readonly #hold: HeldResponse | undefined;
  /** The fields as the client sent them: what variants are told apart by. */
  readonly #fields: IncomingHttpHeaders;
  #captured!: ResponseCapture;
  #restore!: () => void;
  #decision: Decision | undefined;
  /** What caches further in say of the answer. */
  #further: string | undefined;

  constructor(task: Forward, capture: HttpCapture) {
    const { core, stored, request } = task;
    this.#task = task;
    this.#capture = capture;
    this.#asked = core.clock.wallNow();
    this.#fields = { ...request.ctx.headers };
    const { res } = request.ctx;
    if (stored !== undefined || isConditional(request.ctx.headers))
      this.#hold = new HeldResponse(res, request.options.maxBodySize);
  }

  begin(): void {
    const { core, request, stored, reason, end } = this.#task;
    const { ctx, options } = request;
    ctx.res.setHeader('X-Cache', 'MISS');
    ctx.res.setHeader('Cache-Status', cacheStatus(options.name, { fwd: reason }));
    guardOwnFields(ctx.res);
    this.#captured = captureResponse(ctx.res, {
      maxBytes: options.maxBodySize,
      clock: core.clock,
      onHead: (head) => this.#onHead(head),
      onTooLarge: () => end?.('alone'),
    });
    this.#restore = replaceConditions(ctx, stored);
    void this.#captured.produced.then(this.#restore);
  }

  async callHandler(): Promise<void> {
    try {
      await this.#task.next();
    } catch (error) {
      this.#restore();
      this.#captured.stop();
      if (this.#standIn()) return;
      this.#hold?.release();
      throw error;
    }
  }

  /** Keeps the answer, and gives it where it was held back. */
  async finish(): Promise<void> {
    const { store, request, stored, end } = this.#task;
    const { key, options } = request;
    const response = await this.#captured.produced;
    const hold = this.#hold;
    if (response.status >= 500 && this.#standIn()) return;
    const keep = this.#toKeep(response);
    const vary = keep === undefined ? [] : (this.#decision as StorableHead).vary;
    const kept =
      keep !== undefined && (await store.put(key, this.#capture, this.#fields, keep, vary, options));
    end?.(kept && isShareable(keep) ? 'kept' : 'alone');
    if (hold === undefined || hold.passing) return;
    const validated = response.status === 304 && stored !== undefined;
    if (response.outcome !== 'complete') hold.release();
    else if (keep !== undefined) {
      const { own } = this.#decision as StorableHead;
      this.#answer(hold, { answer: keep, own }, response.status, kept);
    } else if (validated) {
      if (FORBIDDING.has(refusalOf(this.#decision) ?? '')) await store.forget(key);
      const confirmed = confirmedResponse(stored, response.headers);
      this.#answer(hold, confirmed, response.status, false);
    } else hold.release();
  }

  #onHead(head: CapturedHead): void {
    const { core, request, stored, reason, end } = this.#task;
    const { ctx } = request;
    const now = core.clock.wallNow();
    const judged =
      head.status === 304 && stored !== undefined
        ? { ...head, status: stored.status, headers: mergeForDecision(stored, head) }
        : head;
    const decision = storeDecision(judged, { ...request, asked: this.#asked }, now);
    this.#decision = decision;
    const refused = refusalOf(decision);
    if ('refused' in decision || !isShareable(decision)) end?.('alone');
    this.#further = listOf(head.headers, 'cache-status');
    // Of what is held back and may be kept it is not known yet how it ends.
    if ((this.#hold !== undefined && refused === undefined) || ctx.res.headersSent) return;
    const facts = { fwd: reason, fwdStatus: head.status, stored: refused === undefined, detail: refused };
    ctx.res.setHeader('X-Cache', 'MISS');
    ctx.res.setHeader('Cache-Status', this.#cacheStatus(facts));
  }

  /** Ours comes after what caches further in have said (RFC 9211, section 2). */
  #cacheStatus(facts: CacheStatusFacts): string {
    const own = cacheStatus(this.#task.request.options.name, facts);
    return this.#further === undefined ? own : `${this.#further}, ${own}`;
  }

  #toKeep(response: CapturedResponse): StoredResponse | undefined {
    const { stored, request } = this.#task;
    const decision = this.#decision;
    if (decision === undefined || 'refused' in decision || response.outcome !== 'complete') return undefined;
    if (response.status >= 500 && stored !== undefined) return undefined;
    return response.status === 304 && stored !== undefined
      ? freshenResponse(stored, decision)
      : completeResponse(decision, response.body, request.options.etag);
  }

  #answer(hold: HeldResponse, { answer, own }: PersonalAnswer, status: number, kept: boolean): void {
    const { core, request, reason, stored } = this.#task;
    hold.discard();
    const facts = { fwd: reason, fwdStatus: status, stored: kept };
    const verdict = {
      xCache: status === 304 && stored !== undefined ? 'HIT' : 'MISS',
      cacheStatus: this.#cacheStatus(facts),
    } as const;
    sendStored(request.ctx, answer, verdict, core.clock.wallNow(), own);
  }

  #standIn(): boolean {
    const hold = this.#hold;
    return hold !== undefined && !hold.passing && standIn(this.#task, hold);
  }
}

/** What a 304 may say that forbids to keep the answer that it confirms. */
const FORBIDDING: ReadonlySet<string> = new Set(['private', 'no-store', 'vary-any']);

function refusalOf(decision: Decision | undefined): string | undefined {
  return decision !== undefined && 'refused' in decision ? decision.refused : undefined;
}

/** Whether those who wait for the request may have its answer. */
function isShareable({ lifetime, initialAge, validate }: Omit<StoredResponse, 'kind' | 'body'>): boolean {
  return lifetime > initialAge && validate !== 'always';
}

/** Answers with the stale response where the origin has failed and that is allowed. */
function standIn({ core, request, stored, reason }: Forward, hold: HeldResponse): boolean {
  const now = core.clock.wallNow();
  if (stored === undefined || !standsInForError(stored, request.directives, now)) return false;
  hold.discard();
  core.counters.staleServed++;
  const ttl = stored.lifetime - currentAge(stored, now);
  const status = cacheStatus(request.options.name, { hit: true, fwd: reason, ttl, detail: 'stale-if-error' });
  sendStored(request.ctx, stored, { xCache: 'STALE', cacheStatus: status }, now);
  return true;
}

function mergeForDecision(stored: StoredResponse, sent: CapturedHead): CapturedHead['headers'] {
  const names = new Set(sent.headers.map(([name]) => name.toLowerCase()));
  // Its age and date are those of the confirmation.
  names.add('age').add('date');
  return [...stored.headers.filter(([name]) => !names.has(name.toLowerCase())), ...sent.headers];
}
