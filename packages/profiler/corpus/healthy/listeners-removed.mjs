// Listeners that are taken off again.
import { EventEmitter } from 'node:events';
import { program, ballast } from '../program.mjs';

const bus = new EventEmitter();
await program('healthy', () => {
  for (let i = 0; i < 64; i++) {
    const state = ballast(16);
    const listener = () => state.length;
    bus.on('change', listener);
    bus.emit('change');
    bus.off('change', listener);
  }
});
