// Contexts of requests held by the resources made in them.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { program, ballast } from '../program.mjs';

const requests = new AsyncLocalStorage();
const resources = [];
await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    requests.run({ body: ballast(64) }, () =>
      resources.push(new AsyncResource('KEPT'), () => requests.getStore()),
    );
    const context = { body: ballast(32) };
    requests.run(context, () => resources.push(AsyncResource.bind(() => context.body.length)));
  }
});
