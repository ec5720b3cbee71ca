/** The path of a raw target. */
export function pathname(target: string | undefined): string {
  const url = target ?? '/';
  // Routers end a path at a fragment too, though no client should send one.
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  if (path.startsWith('/')) return path;
  // Absolute form; anything else (`*`) stands for itself.
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(path);
  return origin === null ? path : path.slice(origin[0].length) || '/';
}
