import type { AddressBytes } from './ip-address.js';
import { maskAddress, parseAddress } from './ip-address.js';

/** Tells whether an address lies in a network. */
export type AddressMatcher = (address: AddressBytes) => boolean;

/** Parses `10.0.0.0/8`, `fd00::/8` or a single address; `undefined` when it is neither. */
export function parseCidr(text: string): AddressMatcher | undefined {
  const slash = text.indexOf('/');
  const network = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (network === undefined) return undefined;
  const width = network.length * 8;
  let bits = width;
  if (slash !== -1) {
    const suffix = text.slice(slash + 1);
    if (!/^\d{1,3}$/.test(suffix)) return undefined;
    // The prefix of an IPv4-mapped network counts from the front of the IPv6 form.
    bits = text.includes(':') && width === 32 ? Number(suffix) - 96 : Number(suffix);
    if (bits < 0 || bits > width) return undefined;
  }
  const masked = maskAddress(network, bits);
  return (address) =>
    address.length === masked.length && maskAddress(address, bits).every((byte, i) => byte === masked[i]);
}
