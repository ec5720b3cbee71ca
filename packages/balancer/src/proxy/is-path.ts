/** Whether `path` can stand in a request line: begins with a slash, and all of it is printable Latin-1. */
export const isPath = (path: unknown): path is string =>
  typeof path === 'string' && /^\/[\x21-\x7e\x80-\xff]*$/.test(path);
