import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Where Node keeps the answer that a connection is writing; nothing public tells. */
type AnsweringSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/**
 * Calls `listener` when the answers to earlier requests of the connection are written, at once when there are none to
 * wait for, and never when the connection ends with them. Node hands a connection that leaves HTTP over in the middle of
 * them: what is written then would be taken for one of them, and a second response on the socket is an exception.
 */
export function afterEarlierAnswers(socket: AnsweringSocket, listener: () => void): void {
  // Node has taken its own off, and an `error` without a listener would end the process.
  socket.on('error', () => socket.destroy());
  waitForNext(socket, listener);
}

function waitForNext(socket: AnsweringSocket, listener: () => void): void {
  const { _httpMessage: answer } = socket;
  if (!socket.writable) return;
  if (!answer) {
    listener();
    return;
  }
  // Another listener of Node's that is off.
  const onDrain = (): void => void answer.emit('drain');
  socket.on('drain', onDrain);
  answer.on('close', () => {
    socket.off('drain', onDrain);
    // By now the next answer is on the socket, if there is one.
    waitForNext(socket, listener);
  });
}
