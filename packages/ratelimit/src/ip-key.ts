import { formatAddress, maskAddress, parseAddress } from '@spark-perf/core';

/**
 * What a client's address counts under: an IPv4 address itself, an IPv6 address by its network, of which one customer
 * has at least 2^64 addresses to change between. Use it in key generators that count by address.
 * @param ipv6Subnet leading bits that count. @default 56
 */
export function ipKey(address: string, ipv6Subnet = 56): string {
  if (!address.includes(':')) return address;
  const bytes = parseAddress(address);
  if (bytes === undefined) return address;
  if (bytes.length === 4 || ipv6Subnet >= 128) return formatAddress(bytes);
  return `${formatAddress(maskAddress(bytes, ipv6Subnet))}/${ipv6Subnet}`;
}
