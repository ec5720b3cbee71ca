/** What a path below the page's prefix is. */
export interface PageRoute {
  readonly name: 'page' | 'login' | 'logout' | 'asset' | 'snapshot' | 'stream' | 'action';
  /** The file or action it names. */
  readonly rest: string;
  readonly methods: readonly string[];
}

const READ = ['GET', 'HEAD'];

/** The route of a path; `undefined` where it is none of the page's. */
export function pageRoute(path: string): PageRoute | undefined {
  switch (path) {
    case '/':
    case '':
      return { name: 'page', rest: '', methods: READ };
    case '/login':
      return { name: 'login', rest: '', methods: ['GET', 'HEAD', 'POST'] };
    case '/logout':
      return { name: 'logout', rest: '', methods: ['POST'] };
    case '/api/snapshot':
      return { name: 'snapshot', rest: '', methods: READ };
    case '/api/stream':
      return { name: 'stream', rest: '', methods: READ };
  }
  const match = /^\/(assets|api\/actions)\/([\w.-]{1,100})$/.exec(path);
  if (match === null) return undefined;
  return match[1] === 'assets'
    ? { name: 'asset', rest: match[2]!, methods: READ }
    : { name: 'action', rest: match[2]!, methods: ['POST'] };
}
