import { formatAddress, maskAddress, parseAddress } from '@spark-perf/core';

/** A limiter's key as it may be shown: an address loses its host part, anything else all but its first characters. */
export function maskKey(key: string): string {
  const bytes = parseAddress(key.replace(/\/\d+$/, ''));
  if (bytes !== undefined) {
    const bits = bytes.length === 4 ? 24 : 48;
    return `${formatAddress(maskAddress(bytes, bits))}/${bits}`;
  }
  const characters = [...key];
  return `${characters.slice(0, Math.min(4, Math.floor(characters.length / 3))).join('')}…`;
}
