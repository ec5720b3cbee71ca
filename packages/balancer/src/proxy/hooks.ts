import type { FieldList } from './field-list.js';

/** A request as `beforeRequest` may change it. */
export interface OutgoingRequest {
  readonly method: string;
  /** The target on the wire: begins with `/`. */
  path: string;
  readonly headers: FieldList;
  /** The id of the server it goes to. */
  readonly server: string;
  /** 1 is the first. */
  readonly attempt: number;
}

/** The head of an answer as `afterResponse` may change it. */
export interface IncomingResponse {
  /** From 200 to 599. */
  status: number;
  readonly headers: FieldList;
  /** The id of the server that answered. */
  readonly server: string;
}
