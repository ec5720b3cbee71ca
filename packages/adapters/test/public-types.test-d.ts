import type { Middlewares } from '@spark-perf/adapters';
import { sparkContext as find } from '@spark-perf/adapters';
import { sparkContext, toExpress } from '@spark-perf/adapters/express';
import { toFastify } from '@spark-perf/adapters/fastify';
import { toHono } from '@spark-perf/adapters/hono';
import { toHttp } from '@spark-perf/adapters/http';
import { toKoa } from '@spark-perf/adapters/koa';
import type { Context, Middleware } from '@spark-perf/core';
import type { RequestHandler } from 'express';
import type { FastifyPluginCallback } from 'fastify';
import type { MiddlewareHandler } from 'hono';
import type { Middleware as KoaMiddleware } from 'koa';
import type { IncomingMessage, RequestListener } from 'node:http';
import { expectAssignable, expectError, expectType } from 'tsd';

declare const ours: Middleware;
declare const req: IncomingMessage;

// Each is what its host takes, from one middleware or several.
expectType<RequestHandler>(toExpress(ours));
expectType<RequestHandler>(toExpress([ours, (_ctx, next) => next()]));
expectType<KoaMiddleware>(toKoa([ours], { prefix: '/api' }));
expectType<FastifyPluginCallback>(toFastify(ours, { prefix: '/api' }));
expectType<MiddlewareHandler>(toHono(ours, { prefix: '/api', onLateError: (_error, c) => c.req.path }));
expectType<RequestListener>(toHttp(ours, (_req, res) => res.end(), { onError: (_error, { url }) => url }));
expectAssignable<Middlewares>([ours, ours] as const);

// Misspelt options and what is no middleware.
expectError(toFastify(ours, { prefx: '/api' }));
expectError(toExpress('ours'));
expectError(toHttp(ours));

// The context has the type of all others; it may be missing.
expectType<Context | undefined>(sparkContext(req));
expectType<Context | undefined>(find(req));
expectError(sparkContext('request'));
