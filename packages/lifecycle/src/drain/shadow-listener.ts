import type { EventEmitter } from 'node:events';

type AnyListener = (...args: never[]) => void;

/**
 * Listens to an event, first, only while somebody else does. Node's servers behave differently as soon as `upgrade`,
 * `connect` or `checkContinue` have a listener, so merely watching them must not add one.
 */
export function shadowListener(emitter: EventEmitter, event: string, listener: AnyListener): () => void {
  const attached = (): boolean => emitter.listeners(event).includes(listener);
  const sync = (): void => {
    const others = emitter.listeners(event).some((one) => one !== listener);
    if (others && !attached()) emitter.prependListener(event, listener as () => void);
    else if (!others && attached()) emitter.off(event, listener as () => void);
  };
  const onNew = (name: string | symbol, added: unknown): void => {
    // Told before the listener is in: we go first.
    if (name === event && added !== listener && !attached())
      emitter.prependListener(event, listener as () => void);
  };
  const onRemoved = (name: string | symbol, removed: unknown): void => {
    if (name === event && removed !== listener) sync();
  };
  emitter.on('newListener', onNew);
  emitter.on('removeListener', onRemoved);
  sync();
  return () => {
    emitter.off('newListener', onNew);
    emitter.off('removeListener', onRemoved);
    emitter.off(event, listener as () => void);
  };
}
