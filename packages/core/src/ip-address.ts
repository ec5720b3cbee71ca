import { isIPv4, isIPv6 } from 'node:net';

/** An address as its bytes: 4 of IPv4, 16 of IPv6. IPv4-mapped IPv6 is IPv4. */
export type AddressBytes = Uint8Array;

/** Parses an address; `undefined` when it is none. A zone id (`%eth0`) is dropped. */
export function parseAddress(text: string): AddressBytes | undefined {
  if (text.length > 64) return undefined;
  const zone = text.indexOf('%');
  const bare = zone === -1 ? text : text.slice(0, zone);
  if (isIPv4(bare)) return Uint8Array.from(bare.split('.'), Number);
  if (!isIPv6(bare)) return undefined;
  const bytes = parseIPv6(bare);
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

function parseIPv6(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const [head = '', tail] = text.split('::');
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  bytes.set(front, 0);
  bytes.set(back, 16 - back.length);
  return bytes;
}

function groups(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function isMapped(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

/** The one spelling of an address: dotted IPv4, or IPv6 in lower case with the longest zero run cut (RFC 5952). */
export function formatAddress(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const words: number[] = [];
  for (let i = 0; i < 16; i += 2) words.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  let start = -1;
  let length = 1; // a single zero group is not shortened
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && words[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
  }
  const hex = words.map((word) => word.toString(16));
  if (start === -1) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The canonical spelling of `text`, or `undefined` when it is no address. */
export function canonicalAddress(text: string): string | undefined {
  // Nearly every request: a plain IPv4 is canonical already.
  if (text.length <= 15 && isIPv4(text)) return text;
  const bytes = parseAddress(text);
  return bytes === undefined ? undefined : formatAddress(bytes);
}

/** The first `bits` bits of an address, the rest zero. */
export function maskAddress(bytes: AddressBytes, bits: number): AddressBytes {
  return bytes.map((byte, index) => {
    const kept = Math.max(0, Math.min(8, bits - index * 8));
    return byte & ((0xff << (8 - kept)) & 0xff);
  });
}
