import { InvalidOptionError, parseAddress, parseCidr } from '@spark-perf/core';

const MAX_ENTRIES = 1_000;

/** A test of keys against a list of keys, addresses and networks; `undefined` for an empty list. */
export function allowListCheck(list: readonly string[] = []): ((key: string) => boolean) | undefined {
  if (
    !Array.isArray(list) ||
    list.length > MAX_ENTRIES ||
    list.some((one) => typeof one !== 'string' || one === '')
  )
    throw new InvalidOptionError('allowList', `a list of at most ${MAX_ENTRIES} non-empty strings`, list);
  if (list.length === 0) return undefined;
  const keys = new Set<string>(list);
  const networks = list.flatMap((one: string) => parseCidr(one) ?? []);
  return (key) => {
    if (keys.has(key)) return true;
    const address = networks.length > 0 ? parseAddress(key) : undefined;
    return address !== undefined && networks.some((contains) => contains(address));
  };
}
