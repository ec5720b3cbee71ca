import { Socket } from 'node:net';

/** Sockets of this process, as tests of what it holds must see them. */
export function openSockets(matches: (socket: Socket) => boolean): Socket[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles: () => unknown[] };
  return handles().filter((handle): handle is Socket => handle instanceof Socket && matches(handle));
}
