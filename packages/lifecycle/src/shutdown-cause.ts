/** Where an error came from that nobody handled. */
export type CrashOrigin = 'uncaughtException' | 'unhandledRejection' | 'start-up' | 'crash loop';

/** Why a shutdown began. */
export type ShutdownCause =
  | { readonly kind: 'call'; readonly reason: string }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | {
      readonly kind: 'crash';
      readonly origin: CrashOrigin;
      readonly error: unknown;
    };

/** The cause in one word, as it appears in events and logs. */
export function reasonOf(cause: ShutdownCause): string {
  switch (cause.kind) {
    case 'call':
      return cause.reason;
    case 'signal':
      return cause.signal;
    case 'crash':
      return cause.origin;
  }
}
