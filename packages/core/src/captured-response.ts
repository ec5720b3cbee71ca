/** A header field as it was written: name in its own case, value. Repeated fields are repeated pairs. */
export type RawHeader = readonly [name: string, value: string];

/** The head of a response as the handler sent it. */
export interface CapturedHead {
  readonly status: number;
  readonly statusMessage: string | undefined;
  readonly headers: readonly RawHeader[];
}

/** What a handler sent. */
export interface CapturedResponse extends CapturedHead {
  /**
   * `complete`: the handler ended it. `truncated`: destroyed before its end, or `Content-Length` not reached.
   * `tooLarge`: longer than `maxBytes`; then `body` is empty.
   */
  readonly outcome: 'complete' | 'truncated' | 'tooLarge';
  readonly body: Buffer;
}
