import type { RouteStats } from './route-stats.js';
import type { TrackedRequest } from './tracked-request.js';

/**
 * The requests in flight. One whose row is known is counted there; the others are in a list that needs no allocation:
 * O(1) to enter and to leave. Between `add` and `route`, while its handlers run for the first time, a request is in
 * neither, but on a stack that is as deep as handlers make requests of their own.
 */
export class LiveRequests {
  size = 0;
  sizeMax = 0;
  #routing: TrackedRequest | undefined = undefined;
  #head: TrackedRequest | undefined = undefined;

  add(request: TrackedRequest): void {
    request.next = this.#routing;
    this.#routing = request;
    if (++this.size > this.sizeMax) this.sizeMax = this.size;
  }

  /** The request last added has been routed, to `row` where that is known. */
  route(request: TrackedRequest, row: RouteStats | undefined): void {
    this.#routing = request.next;
    request.next = undefined;
    if (request.done) return;
    if (row === undefined) {
      this.#list(request);
    } else {
      request.row = row;
      row.enter();
    }
  }

  remove(request: TrackedRequest): void {
    this.size--;
    if (request.row !== undefined) request.row.inFlight--;
    else if (request.listed) this.#unlist(request);
  }

  /** Those that no row counts. */
  *unplaced(): Generator<TrackedRequest> {
    for (let one = this.#routing; one !== undefined; one = one.next) if (!one.done) yield one;
    for (let one = this.#head; one !== undefined; one = one.next) yield one;
  }

  #list(request: TrackedRequest): void {
    const head = this.#head;
    request.listed = true;
    request.next = head;
    if (head !== undefined) head.previous = request;
    this.#head = request;
  }

  #unlist(request: TrackedRequest): void {
    const { previous, next } = request;
    if (previous === undefined) this.#head = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    request.previous = request.next = undefined;
    request.listed = false;
  }
}
