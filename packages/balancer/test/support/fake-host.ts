import type { RequestListener } from 'node:http';
import type { Context, Middleware } from '@spark-perf/core';
import { fakeContext } from '@spark-perf/core/testing';

/** The least of a host: one middleware for every request of a server. */
export function fakeHost(middleware: Middleware): RequestListener {
  return (req, res) => {
    const ctx = Object.assign(fakeContext(), { req, res, method: req.method, headers: req.headers });
    void middleware(ctx as Context, () => Promise.resolve());
  };
}
