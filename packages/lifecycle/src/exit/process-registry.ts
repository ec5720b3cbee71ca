import { ProcessLifecycle } from './process-lifecycle.js';

/** The number goes up with the contract of `ProcessLifecycle`. */
const KEY = Symbol.for('@spark-perf/lifecycle/process/1');

interface RegistryHolder {
  [KEY]?: ProcessLifecycle;
}

/** The one `ProcessLifecycle` of this process: whichever copy of the package comes first makes it. */
export function processLifecycle(): ProcessLifecycle {
  const holder = process as RegistryHolder;
  const known = holder[KEY];
  if (known !== undefined) return known;
  const made = new ProcessLifecycle();
  Object.defineProperty(process, KEY, { value: made });
  return made;
}
