import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { testWorld } from './world.js';

/** A client that sends and never reads. */
export function deafClient(world: ReturnType<typeof testWorld>, port: number, text: string): Socket {
  const socket = connect(port, '127.0.0.1');
  world.defer(() => socket.destroy());
  socket.on('error', () => {});
  socket.pause();
  socket.write(text);
  return socket;
}
