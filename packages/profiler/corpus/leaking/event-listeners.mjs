// A listener per request on an emitter that lives as long as the process.
import { EventEmitter } from 'node:events';
import { program, ballast } from '../program.mjs';

const bus = new EventEmitter();
bus.setMaxListeners(0);
await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    const state = ballast(64);
    bus.on('change', () => state.length);
  }
});
