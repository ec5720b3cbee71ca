import type { NamedSource } from '../sources/named-sources.js';

/** Calls `end` when a lifecycle among the sources begins to drain: an open stream would hold its server up. */
export function endOnShutdown(sources: readonly NamedSource[], end: () => void): () => void {
  const ends = sources
    .filter(({ kind, source }) => kind === 'lifecycle' && typeof source.on === 'function')
    .map(({ source }) =>
      source.on?.('phase' as never, ({ phase }: { readonly phase?: unknown }) => {
        if (phase !== 'starting' && phase !== 'running') end();
      }),
    );
  return () => {
    for (const off of ends) if (typeof off === 'function') (off as () => void)();
  };
}
