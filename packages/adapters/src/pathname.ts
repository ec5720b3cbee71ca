/** The path of a raw target. */
export function pathname(target: string | undefined): string {
  const url = target ?? '/';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (path.startsWith('/')) return path;
  // Absolute form; anything else (`*`) stands for itself.
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(path);
  return origin === null ? path : path.slice(origin[0].length) || '/';
}
