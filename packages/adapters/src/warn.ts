/** For an error that no host and no client can be told of any more. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
