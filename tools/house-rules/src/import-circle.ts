/**
 * The first circle among files that load each other, its first file again at the end; `undefined` where there is none.
 * A depth-first search that keeps its path: an edge back into the path closes a circle.
 */
export function importCircle(
  files: readonly string[],
  loads: (file: string) => readonly string[],
): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const loaded of loads(file)) {
      const circle = visit(loaded);
      if (circle) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return undefined;
}
