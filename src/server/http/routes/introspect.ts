/**
 * `POST /introspect` (RFC 7662): whether a token is good at this moment, for confidential clients.
 */
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { introspect as introspectToken } from '../../operations/introspect.ts';
import { type Answer, json } from '../answer.ts';
import { requireConfidentialClient } from '../client-credentials.ts';
import type { Exchange } from '../exchange.ts';
import { introspectionResponse } from '../openapi/answers.ts';
import { notFound, unavailable } from '../problem.ts';
import { fields, readForm } from '../read-input.ts';
import type { Route } from '../route.ts';

const schema = z.object({
  token: fields.token,
  token_type_hint: z.string().optional(),
  client_id: fields.clientId.optional(),
  client_secret: fields.clientSecret.optional(),
});

export const introspect: Route = {
  method: 'POST',
  path: '/introspect',
  summary: 'Says whether a token is good (RFC 7662). Not found where no confidential client is configured.',
  credentials: ['client_secret'],
  takes: { form: schema },
  gives: { 200: introspectionResponse },
  errors: ['invalid_client', 'not_found'],
  handle,
};

async function handle(context: Context, exchange: Exchange): Promise<Answer> {
  // Nobody could ask, so there is nobody to say so to; the metadata does not name it either.
  if (!context.settings.clients.hasConfidential) throw notFound();
  const input = await readForm(exchange, schema);
  const client = requireConfidentialClient(context, exchange, input);
  const result = await introspectToken(context, input.token, client);
  if (result.kind === 'unknown_key') throw unavailable('unknown_key');
  return json(result.response);
}
