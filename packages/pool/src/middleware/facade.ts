/** Calls a method of the request's connection. */
type Call = (name: string, args: readonly unknown[]) => Promise<unknown>;

class Target {
  constructor(readonly call: Call) {}
}

// `then` would make the facade a promise to `await`, `toJSON` would be called by `JSON.stringify(ctx)`: neither may
// take a connection.
const ABSENT = new Set(['then', 'toJSON']);

const HANDLER: ProxyHandler<Target> = {
  get: (target, name) =>
    typeof name === 'symbol' || ABSENT.has(name)
      ? undefined
      : (...args: unknown[]) => target.call(name, args),
  has: (_target, name) => typeof name === 'string' && !ABSENT.has(name),
  set: () => false,
  defineProperty: () => false,
  deleteProperty: () => false,
  ownKeys: () => [],
  getOwnPropertyDescriptor: () => undefined,
  getPrototypeOf: () => null,
};

/** An object that has every method, and calls it on the request's connection, which it gets when the first is called. */
export function facade(call: Call): object {
  return new Proxy(new Target(call), HANDLER);
}
