/**
 * The HTTP edge: routes to operations, one table. Everything that goes wrong below a route becomes an error body here.
 */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import { TrieRouter } from 'hono/router/trie-router';
import { nonceHeader, proofHeader } from '../../protocol/dpop-proof.ts';
import { clientHeader, deadlineHeader, refreshHeader, timeHeader } from '../../protocol/headers.ts';
import type { Context } from '../context.ts';
import type { EventListener } from '../events.ts';
import type { Settings } from '../options.ts';
import { type ClientAddress, createClientAddress, peerAddress } from './client-address.ts';
import type { ConnectionInfo, Env, Exchange } from './exchange.ts';
import { maxBodyLength } from './limits.ts';
import { notFound, Problem, toProblem } from './problem.ts';
import { refuseCutOff } from './read-input.ts';
import { always, decorate, type EdgeHeaders, respond } from './respond.ts';
import type { Handled, Route } from './route.ts';
import { deleteDevice, deleteOtherDevices, listDevices, patchDevice } from './routes/devices.ts';
import { introspect } from './routes/introspect.ts';
import { login } from './routes/login.ts';
import { logout, revoke } from './routes/logout.ts';
import { me } from './routes/me.ts';
import { health, jwkSet, readiness, serverMetadata } from './routes/metadata.ts';
import { openApiRoute } from './routes/openapi.ts';
import { password } from './routes/password.ts';
import { revocations } from './routes/revocations.ts';
import { token } from './routes/token.ts';

const described: readonly Route[] = [
  login,
  token,
  logout,
  revoke,
  introspect,
  me,
  listDevices,
  deleteOtherDevices,
  patchDevice,
  deleteDevice,
  password,
  revocations,
  jwkSet,
  serverMetadata,
  health,
  readiness,
];
const routes: readonly Route[] = [...described, openApiRoute(described)];

/** Answers a request for this server; `info` is what is known about the connection. */
export type Handler = (request: Request, info?: ConnectionInfo) => Promise<Response>;

/** Makes the handler. `ready` gives the context once the store is open and the keys are loaded. */
export function createApp(
  ready: () => Promise<Context>,
  { issuer, trustedProxies, allowedOrigins }: Pick<Settings, 'issuer' | 'trustedProxies' | 'allowedOrigins'>,
  tell: EventListener,
): Handler {
  const app = new Hono<Env>();
  const base = issuer.pathname.replace(/\/$/, '');
  const edge = createEdgeHeaders(base, allowedOrigins);
  const write: Write = (handled, exchange) =>
    handled instanceof Response ? decorate(handled, edge(exchange)) : respond(handled, edge(exchange));
  const preflight = crossOrigin(allowedOrigins);
  app.options('*', async (exchange, next) =>
    decorate((await preflight(exchange, next)) ?? exchange.res, { common: always }),
  );
  addRoutes(app, base, createServe(ready, createClientAddress(trustedProxies), write));
  // Nothing of this needs the store: the process answers while the store does not.
  app.get(base + health.path, async (exchange) =>
    write(await health.handle(exchange.get('context'), exchange), exchange),
  );
  const allowed = createAllowedMethods(base);
  app.notFound((exchange) => write(notServed(allowed(exchange.req.path)).toAnswer(), exchange));
  app.onError((error, exchange) => {
    const problem = toProblem(error);
    tellFault(tell, problem, exchange);
    return write(problem.toAnswer(), exchange);
  });
  return async (request, info = {}) => app.fetch(request, info);
}

type Write = (handled: Handled, exchange: Exchange) => Response;
type Serve = (route: Route) => (exchange: Exchange) => Promise<Response>;

/** All of what a request meets: one handler, since a chain of them costs more than all that refuses a made-up token. */
function createServe(ready: () => Promise<Context>, clientAddress: ClientAddress, write: Write): Serve {
  return (route) => async (exchange) => {
    const context = await ready();
    exchange.set('context', context);
    const address = clientAddress(peerAddress(exchange.env), exchange.req.header('x-forwarded-for'));
    exchange.set('from', { address, userAgent: exchange.req.header('user-agent') ?? '' });
    if (route.method !== 'GET') await limitBody(exchange);
    return write(await route.handle(context, exchange), exchange);
  };
}

function addRoutes(app: Hono<Env>, base: string, serve: Serve): void {
  for (const route of routes.filter((other) => other !== health)) app.on(route.method, base + route.path, serve(route));
  // RFC 8414 section 3.1 puts the issuer's path behind the well-known one.
  if (base !== '') app.get(serverMetadata.path + base, serve(serverMetadata));
}

/** A fault has a cause: a 503 without one is about the request, such as one that came late, and would let a client page us. */
function tellFault(tell: EventListener, { cause }: Problem, exchange: Exchange): void {
  if (cause === undefined) return;
  // The route and not the path, which may hold anything that somebody sent.
  const where = `${exchange.req.method} ${routePath(exchange, -1)}`;
  tell({ type: 'fault', where, error: cause });
}

/** Gives the methods that a path takes, and none for a path that nothing is at. */
function createAllowedMethods(base: string): (path: string) => readonly string[] {
  const router = new TrieRouter<string>();
  for (const { method, path } of routes) router.add('ALL', base + path, method);
  return (path) => router.match('ALL', path)[0].map(([method]) => method);
}

function notServed(methods: readonly string[]): Problem {
  return methods.length === 0 ? notFound() : methodNotAllowed(methods);
}

type AllowedOrigins = Settings['allowedOrigins'];

const exposedHeaders = [timeHeader, refreshHeader, nonceHeader, 'Retry-After', 'WWW-Authenticate'];

/** What a response says because of its request: to whose pages it may be shown, and at `/token` the time. */
function createEdgeHeaders(base: string, allowedOrigins: AllowedOrigins): (exchange: Exchange) => EdgeHeaders {
  const toAnyone = {
    ...always,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': exposedHeaders.join(','),
    Vary: 'Origin',
  };
  const toPagesOf = new Map(
    [...allowedOrigins].map((origin) => [origin, { ...toAnyone, 'Access-Control-Allow-Origin': origin }]),
  );
  return ({ req, var: { context } }) => {
    const common = toPagesOf.get(req.header('origin') ?? '') ?? toAnyone;
    // On errors as well: a client that is told to come back has to know by which clock.
    if (context === undefined || req.path !== base + token.path) return { common };
    return { common, own: { [timeHeader]: String(context.clock.now()) } };
  };
}

/** The answer to a browser that asks before it sends. */
function crossOrigin(allowedOrigins: AllowedOrigins) {
  return cors({
    origin: (origin) => (allowedOrigins.has(origin) ? origin : null),
    credentials: true,
    allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', clientHeader, deadlineHeader, proofHeader],
    exposeHeaders: exposedHeaders,
    maxAge: 600,
  });
}

const boundBody = bodyLimit({ maxSize: maxBodyLength, onError: refuseBody });

/** A length that is declared is looked at and no more: to look at the body itself would make a stream of it. */
async function limitBody(exchange: Exchange): Promise<void> {
  const declared = exchange.req.header('content-length');
  if (declared === undefined || exchange.req.header('transfer-encoding') !== undefined) {
    await boundBody(exchange, async () => {}).catch(refuseCutOff);
  } else if (Number(declared) > maxBodyLength) refuseBody();
}

function refuseBody(): never {
  throw new Problem('payload_too_large', { description: `A body has ${maxBodyLength} bytes at most.` });
}

function methodNotAllowed(methods: readonly string[]): Problem {
  return new Problem('method_not_allowed', {
    description: `This path takes ${methods.join(', ')}.`,
    headers: { Allow: methods.join(', ') },
  });
}
