import type { ServerUnderTest } from '../../serve.js';
import { serve } from '../../serve.js';
import type { BenchContext } from '../../suite.js';
import { startNative } from './native-proxy.js';

export type Proxy = Pick<ServerUnderTest, 'port' | 'usage'>;

/** All proxies in front of `upstream`, ours first. */
export async function startProxies(ctx: BenchContext, upstream: number): Promise<Record<string, Proxy>> {
  const host = (name: string, argument: unknown): Promise<ServerUnderTest> =>
    serve(ctx, new URL(`./hosts/${name}.js`, import.meta.url), { argument });
  const proxies: Record<string, Proxy> = {
    ours: await host('spark-balancer', upstream),
    'http-proxy with agent': await host('http-proxy', { upstream, agent: true }),
    'http-proxy': await host('http-proxy', { upstream, agent: false }),
    'http-proxy-3': await host('http-proxy-3', upstream),
    'fast-proxy': await host('fast-proxy', upstream),
    '@fastify/reply-from': await host('reply-from', upstream),
  };
  for (const name of ['nginx', 'haproxy'] as const) {
    const native = await startNative(ctx, name, upstream);
    if (native === undefined) ctx.log(`${name} is not installed`);
    else proxies[name] = native;
  }
  return proxies;
}
