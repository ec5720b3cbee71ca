import type { Position } from '../cities/city-repository.js';

/** Where the next page begins, in a form that clients hand back without looking into it. */
export function encodeCursor(position: Position): string {
  return Buffer.from(`${position.population}.${position.id}`).toString('base64url');
}

/** The inverse; `undefined` for what is no cursor of ours. */
export function decodeCursor(cursor: string): Position | undefined {
  const match = /^(\d{1,12})\.(\d{1,10})$/.exec(Buffer.from(cursor.slice(0, 64), 'base64url').toString());
  if (match === null) return undefined;
  return { population: Number(match[1]), id: Number(match[2]) };
}
