import type { AddressMatcher } from './cidr.js';
import { parseCidr } from './cidr.js';
import { InvalidOptionError } from './invalid-option-error.js';
import { parseAddress } from './ip-address.js';

/**
 * Which proxies in front of us may say who the client is: how many there are, their networks
 * (`['10.0.0.0/8', '::1']`), or a function of an address and its distance (0 = the socket's peer).
 */
export type TrustProxy = number | readonly string[] | ((address: string, hop: number) => boolean);

/** Whether the peer at `hop` with `address` is a trusted proxy. */
export type TrustCheck = (address: string, hop: number) => boolean;

/** Validates a `trustProxy` option once, so that a request costs no parse. @throws InvalidOptionError */
export function trustCheck(trustProxy: TrustProxy): TrustCheck {
  if (typeof trustProxy === 'function') return trustProxy;
  if (typeof trustProxy === 'number') {
    if (!Number.isInteger(trustProxy) || trustProxy < 0) {
      throw new InvalidOptionError('trustProxy', 'a hop count of at least 0', trustProxy);
    }
    return (_address, hop) => hop < trustProxy;
  }
  if (!Array.isArray(trustProxy)) {
    throw new InvalidOptionError('trustProxy', 'a hop count, a list of networks or a function', trustProxy);
  }
  const networks: AddressMatcher[] = trustProxy.map((text: unknown) => {
    const network = typeof text === 'string' ? parseCidr(text) : undefined;
    if (network === undefined)
      throw new InvalidOptionError('trustProxy', 'a list of addresses and CIDR networks', text);
    return network;
  });
  return (address) => {
    const bytes = parseAddress(address);
    return bytes !== undefined && networks.some((contains) => contains(bytes));
  };
}
