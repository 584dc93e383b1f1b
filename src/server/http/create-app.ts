/**
 * The HTTP edge: routes to operations, one table. Everything that goes wrong below a route becomes an error body here.
 */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import { nonceHeader, proofHeader } from '../../protocol/dpop-proof.ts';
import { clientHeader, deadlineHeader, refreshHeader, timeHeader } from '../../protocol/headers.ts';
import type { Context } from '../context.ts';
import type { EventListener } from '../events.ts';
import type { Settings } from '../options.ts';
import { createClientAddress } from './client-address.ts';
import type { ConnectionInfo, Env } from './exchange.ts';
import { maxBodyLength } from './limits.ts';
import { notFound, Problem, toProblem } from './problem.ts';
import type { Route } from './route.ts';
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
  { issuer, trustedProxies }: Pick<Settings, 'issuer' | 'trustedProxies'>,
  tell: EventListener,
): Handler {
  const app = new Hono<Env>();
  const base = issuer.pathname.replace(/\/$/, '');
  const clientAddress = createClientAddress(trustedProxies);
  app.use(secureHeaders({ strictTransportSecurity: 'max-age=31536000; includeSubDomains', xFrameOptions: 'DENY' }));
  app.use(async (exchange, next) => {
    await next();
    if (!exchange.res.headers.has('Cache-Control')) exchange.header('Cache-Control', 'no-store');
  });
  // Before anything that needs the store: the process answers while the store does not.
  app.get(base + health.path, (exchange) => health.handle(exchange.get('context'), exchange));
  app.use(async (exchange, next) => {
    exchange.set('context', await ready());
    const address = clientAddress(exchange.env.remoteAddress, exchange.req.header('x-forwarded-for'));
    exchange.set('from', { address, userAgent: exchange.req.header('user-agent') ?? '' });
    await next();
    // On errors as well: a client that is told to come back has to know by which clock.
    const { clock } = exchange.get('context');
    if (exchange.req.path === base + token.path) exchange.header(timeHeader, String(clock.now()));
  });
  app.use(crossOrigin());
  app.use(bodyLimit({ maxSize: maxBodyLength, onError: () => tooLarge().toResponse() }));
  addRoutes(app, base);
  app.notFound(() => notFound().toResponse());
  app.onError((error, exchange) => {
    const problem = toProblem(error);
    if (problem.code === 'server_error' || problem.code === 'temporarily_unavailable') {
      // The route and not the path, which may hold anything that somebody sent.
      const where = `${exchange.req.method} ${routePath(exchange, -1)}`;
      tell({ type: 'fault', where, error: problem.cause ?? problem });
    }
    return problem.toResponse();
  });
  return async (request, info = {}) => app.fetch(request, info);
}

function addRoutes(app: Hono<Env>, base: string): void {
  for (const { method, path, handle } of routes) {
    app.on(method, base + path, (exchange) => handle(exchange.get('context'), exchange));
  }
  // RFC 8414 section 3.1 puts the issuer's path behind the well-known one.
  app.get(serverMetadata.path + base, (exchange) => serverMetadata.handle(exchange.get('context'), exchange));
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method);
    app.all(base + path, () => {
      throw methodNotAllowed(methods);
    });
  }
}

function crossOrigin() {
  return cors({
    origin: (origin, exchange) => (exchange.get('context').settings.allowedOrigins.has(origin) ? origin : null),
    credentials: true,
    allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', clientHeader, deadlineHeader, proofHeader],
    exposeHeaders: [timeHeader, refreshHeader, nonceHeader, 'Retry-After', 'WWW-Authenticate'],
    maxAge: 600,
  });
}

function methodNotAllowed(methods: readonly string[]): Problem {
  return new Problem('method_not_allowed', {
    description: `This path takes ${methods.join(', ')}.`,
    headers: { Allow: methods.join(', ') },
  });
}

function tooLarge(): Problem {
  return new Problem('payload_too_large', { description: `A body has ${maxBodyLength} bytes at most.` });
}
