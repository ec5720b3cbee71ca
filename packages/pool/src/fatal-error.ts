const FATAL = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'ECONNREFUSED',
  'EPIPE',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_SOCKET_CLOSED',
]);

/** Whether an error says that a socket is gone. The default of `isFatal`. */
export function isSocketError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && FATAL.has(String((error as { code?: unknown }).code));
}

/** What a judge says of an error. One that throws has met something worse than it knows. */
export function isFatal(judge: (error: unknown) => boolean, error: unknown): boolean {
  try {
    return judge(error);
  } catch {
    return true;
  }
}
