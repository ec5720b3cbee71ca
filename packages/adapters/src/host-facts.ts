/** What a host knows of a request. Each is asked when it is needed, since hosts fill them in as they go. */
export interface HostFacts {
  /** The pathname as the host sees it here: without the prefix inside a mounted router. */
  path(): string;
  /** The raw target, with every prefix. */
  originalUrl(): string;
  /** The prefix that was cut off. */
  mountpath?(): string | undefined;
  /** The parsed body; `null` or `undefined` where nobody has parsed it. */
  body(): unknown;
  /** The body's bytes, or its text, where a parser has kept them. */
  rawBody?(): unknown;
  params(): Record<string, string>;
  /** The client's address by the host's own trust settings. */
  ip(): string | undefined;
  /** The matched pattern with its prefix, where the host knows it by now. */
  route(): string | undefined;
  user?(): { id?: unknown } | undefined;
}
