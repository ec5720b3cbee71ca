import type { Context } from './context.js';

/** Runs the rest of the chain. */
export type Next = () => Promise<void>;

/** What every host's `use` takes. */
export type Middleware<C extends Context = Context> = (ctx: C, next: Next) => unknown;
