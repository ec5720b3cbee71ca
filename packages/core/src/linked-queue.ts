/** A place in a queue. */
export interface QueueNode<T> {
  readonly value: T;
}

interface Node<T> extends QueueNode<T> {
  previous: Node<T> | undefined;
  next: Node<T> | undefined;
  queue: LinkedQueue<T> | undefined;
}

/** First in, first out, with removal from the middle: every operation O(1). For waiters that may give up. */
export class LinkedQueue<T> {
  #head: Node<T> | undefined;
  #tail: Node<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The value at the head, which stays. */
  peek(): T | undefined {
    return this.#head?.value;
  }

  /** Appends; the node is what `remove` takes. */
  push(value: T): QueueNode<T> {
    const node: Node<T> = { value, previous: this.#tail, next: undefined, queue: this };
    if (this.#tail === undefined) this.#head = node;
    else this.#tail.next = node;
    this.#tail = node;
    this.#size++;
    return node;
  }

  /** Takes the head off. */
  shift(): T | undefined {
    const node = this.#head;
    if (node === undefined) return undefined;
    this.remove(node);
    return node.value;
  }

  /** Takes a node out wherever it is; false when it is out already. */
  remove(handle: QueueNode<T>): boolean {
    const node = handle as Node<T>;
    if (node.queue !== this) return false;
    if (node.previous === undefined) this.#head = node.next;
    else node.previous.next = node.next;
    if (node.next === undefined) this.#tail = node.previous;
    else node.next.previous = node.previous;
    node.queue = node.previous = node.next = undefined;
    this.#size--;
    return true;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let node = this.#head; node !== undefined;) {
      const { value, next } = node;
      yield value;
      node = next;
    }
  }
}
