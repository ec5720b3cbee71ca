import type { TrackedRequest } from './tracked-request.js';

/** The requests in flight, as a list that needs no allocation: O(1) to enter and to leave. */
export class LiveRequests {
  size = 0;
  sizeMax = 0;
  #head: TrackedRequest | undefined = undefined;

  add(request: TrackedRequest): void {
    const head = this.#head;
    request.next = head;
    if (head !== undefined) head.previous = request;
    this.#head = request;
    if (++this.size > this.sizeMax) this.sizeMax = this.size;
  }

  remove(request: TrackedRequest): void {
    const { previous, next } = request;
    if (previous === undefined) this.#head = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    request.previous = request.next = undefined;
    this.size--;
  }

  *[Symbol.iterator](): Generator<TrackedRequest> {
    for (let one = this.#head; one !== undefined; one = one.next) yield one;
  }
}
