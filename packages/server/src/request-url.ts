const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

/** The URL of a request. A Host field that is no host is left out: it must not become part of the path. */
export function requestUrl(protocol: string, host: string, target: string): URL {
  if (/^https?:\/\//i.test(target) && URL.canParse(target)) return new URL(target);
  const origin = `${protocol}://${HOST.test(host) ? host : 'localhost'}`;
  // Put together rather than resolved: `//name/path` is a path here, not a host.
  const href = origin + (target.startsWith('/') ? target : '/');
  return new URL(
    URL.canParse(href) ? href : `${protocol}://localhost${target.startsWith('/') ? target : '/'}`,
  );
}
