/**
 * `GET /openapi.json`: the description of all routes, this one included.
 */
import { z } from 'zod';
import { json } from '../answer.ts';
import { describeApi } from '../openapi/describe-api.ts';
import type { Route } from '../route.ts';

/** The route that describes `others` and itself. */
export function openApiRoute(others: readonly Route[]): Route {
  const route: Route = {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description.',
    gives: { 200: z.looseObject({ openapi: z.string() }) },
    handle: ({ settings }) => {
      const document = describeApi([...others, route], settings.issuerText);
      return json(document, { headers: { 'Cache-Control': 'public, max-age=300' } });
    },
  };
  return route;
}
