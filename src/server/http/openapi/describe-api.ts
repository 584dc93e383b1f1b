/**
 * The API's description (OpenAPI 3.1), made of the routes and the schemas that they check by. It describes answers by their
 * bodies alone; headers and cookies are in the documentation of the wire.
 */
import { z } from 'zod';
import { type ErrorCode, errorStatus } from '../../../protocol/errors.ts';
import type { Credential, Route } from '../route.ts';
import { errorResponse } from './answers.ts';

type Json = Readonly<Record<string, unknown>>;

/** Of the API, not of the package. */
const version = '1';

/** Every route may give these: of the edge, and of a fault on our side. */
const commonErrors: readonly ErrorCode[] = ['server_error', 'temporarily_unavailable'];
const bodyErrors: readonly ErrorCode[] = ['invalid_request', 'payload_too_large', 'unsupported_media_type'];

const securitySchemes: Readonly<Record<Credential, Json>> = {
  access_token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Or scheme DPoP with a proof.' },
  refresh_cookie: {
    type: 'apiKey',
    in: 'header',
    name: 'Tallystick-Client',
    description: 'Names the cookie’s session.',
  },
  client_secret: { type: 'http', scheme: 'basic', description: 'Or client_id and client_secret in the body.' },
  feed_secret: { type: 'http', scheme: 'bearer', description: 'The feed secret.' },
};

/** The document. `issuer` is where all paths begin. */
export function describeApi(routes: readonly Route[], issuer: string): Json {
  const paths = [...new Set(routes.map(({ path }) => path))].map((path) => {
    const ofPath = routes.filter((route) => route.path === path);
    return [
      toTemplate(path),
      Object.fromEntries(ofPath.map((route) => [route.method.toLowerCase(), operation(route)])),
    ];
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Tallystick', version, description: 'Sessions that stay, and end everywhere at once.' },
    servers: [{ url: issuer }],
    paths: Object.fromEntries(paths),
    components: { schemas: { Error: toSchema(errorResponse, 'output') }, securitySchemes },
  };
}

/** `/devices/:id` as OpenAPI writes it. */
function toTemplate(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function operation(route: Route): Json {
  const parameters = [...pathParameters(route.path), ...queryParameters(route)];
  return {
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.takes?.json || route.takes?.form ? { requestBody: requestBody(route.takes) } : {}),
    responses: { ...answers(route), ...errors(route) },
    security: (route.credentials ?? ['none']).map((name) => (name === 'none' ? {} : { [name]: [] })),
  };
}

function pathParameters(path: string): readonly Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ takes }: Route): readonly Json[] {
  const { properties = {} } = takes?.query ? toSchema(takes.query, 'input') : {};
  return Object.entries(properties as Json).map(([name, schema]) => ({ name, in: 'query', schema }));
}

function requestBody({ json, form }: NonNullable<Route['takes']>): Json {
  return {
    content: {
      ...(json ? { 'application/json': { schema: toSchema(json, 'input') } } : {}),
      ...(form ? { 'application/x-www-form-urlencoded': { schema: toSchema(form, 'input') } } : {}),
    },
  };
}

function answers({ gives }: Route): Json {
  return Object.fromEntries(
    Object.entries(gives).map(([status, schema]) => {
      const content = schema && { content: { 'application/json': { schema: toSchema(schema, 'output') } } };
      return [status, { description: schema ? 'Done, with this.' : 'Done.', ...content }];
    }),
  );
}

/** The codes that a route may give, by the status they go with. */
function errors(route: Route): Json {
  const takesBody = route.takes?.json !== undefined || route.takes?.form !== undefined;
  const codes = new Set([...(route.errors ?? []), ...(takesBody ? bodyErrors : []), ...commonErrors]);
  const byStatus = Map.groupBy(codes, (code) => statusOf(code, route));
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [status, { description: names.join(', '), content }]),
  );
}

/** A bad proof beside an access token is a 401 (RFC 9449 section 7.1), else what the table says. */
function statusOf(code: ErrorCode, { credentials = [] }: Route): number {
  const isOfProof = code === 'invalid_dpop_proof' || code === 'use_dpop_nonce';
  return isOfProof && credentials.includes('access_token') ? 401 : errorStatus[code];
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
