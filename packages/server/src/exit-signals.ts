/**
 * Runs `close` on the first of these signals, then ends the process: with 0, or with 1 when closing failed. A second
 * signal does what it does without us. Gives a function that takes the listeners off.
 */
export function exitOnSignals(
  signals: readonly NodeJS.Signals[],
  close: () => Promise<void>,
  onError: (error: unknown) => void,
): () => void {
  const stopListening = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
  const onSignal = (): void => {
    stopListening();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        onError(error);
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, onSignal);
  return stopListening;
}
