import express from 'express';
import express4 from 'express-4';
import Koa from 'koa';
import Koa2 from 'koa-2';
import { onExpress } from './express.js';
import { onFastify } from './fastify.js';
import { onHono } from './hono.js';
import type { StartHost } from './host.js';
import { onKoa } from './koa.js';
import { onHttp } from './node-http.js';

export type { Host, HostOptions, StartHost } from './host.js';

export const HOSTS: Readonly<Record<string, StartHost>> = {
  'Express 5': onExpress(express),
  'Express 4': onExpress(express4),
  'Koa 3': onKoa(Koa),
  'Koa 2': onKoa(Koa2),
  'Fastify 5': onFastify,
  'Hono 4': onHono,
  'node:http': onHttp,
};
