/**
 * Which client asks, and whether it has proven it (RFC 6749 section 2.3.1): `client_secret_basic` in a header, or
 * `client_secret_post` in the body, never both.
 */
import { isClientId } from '../../protocol/client-id.ts';
import type { ConfidentialClient } from '../clients.ts';
import type { Context } from '../context.ts';
import type { Exchange } from './exchange.ts';
import { invalidRequest, Problem } from './problem.ts';

/** What a body may say about the client. */
export interface ClientInBody {
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
}

/** Who asks. `confidential` is there where the client has authenticated itself. */
export interface ClientIdentity {
  readonly clientId: string | undefined;
  readonly confidential: ConfidentialClient | undefined;
}

/** How a client can authenticate itself, in the words of RFC 8414. */
export const clientAuthenticationMethods: readonly string[] = ['client_secret_basic', 'client_secret_post'];

/** Throws 401 `invalid_client` where a secret came that is not the client's. Without a secret nobody is authenticated. */
export function identifyClient({ settings }: Context, exchange: Exchange, body: ClientInBody): ClientIdentity {
  const inHeader = readBasic(exchange);
  if (inHeader === undefined && body.client_secret === undefined) {
    return { clientId: body.client_id, confidential: undefined };
  }
  if (inHeader && body.client_secret !== undefined)
    throw invalidRequest('The client authenticates itself in two ways.');
  if (inHeader && body.client_id !== undefined && body.client_id !== inHeader.clientId) {
    throw invalidRequest('client_id: is not the client of the Authorization header');
  }
  const clientId = inHeader?.clientId ?? body.client_id ?? '';
  const secrets = inHeader?.secrets ?? [body.client_secret ?? ''];
  // RFC 6749 section 2.3.1: an empty secret may as well be left out, by a client that has none.
  const isName = inHeader?.secrets[0] === '' && isClientId(clientId) && !settings.clients.isConfidential(clientId);
  if (isName) return { clientId, confidential: undefined };
  const [confidential] = secrets.flatMap((secret) => settings.clients.authenticate(clientId, secret) ?? []);
  if (confidential === undefined) throw invalidClient(exchange);
  return { clientId, confidential };
}

/** The confidential client that asks; throws 401 `invalid_client` where there is none. */
export function requireConfidentialClient(
  context: Context,
  exchange: Exchange,
  body: ClientInBody,
): ConfidentialClient {
  const { confidential } = identifyClient(context, exchange, body);
  if (confidential === undefined) throw invalidClient(exchange);
  return confidential;
}

/** RFC 6749 section 5.2: a client that tried it with the header, in whatever scheme, is answered with a challenge. */
export function invalidClient(exchange: Exchange): Problem {
  const usedHeader = exchange.req.header('authorization') !== undefined;
  return new Problem('invalid_client', {
    description: 'The client has to authenticate itself.',
    headers: usedHeader ? { 'WWW-Authenticate': 'Basic realm="tallystick"' } : {},
  });
}

interface BasicCredentials {
  readonly clientId: string | undefined;
  /** The secret in each way to read it, where they differ. */
  readonly secrets: readonly string[];
}

/**
 * RFC 6749 section 2.3.1 has both parts form-encoded. Most clients send a secret as it is (RFC 7617), which is another text only
 * where it has `%` or `+`: it is taken in either way. What cannot be read is a wrong secret of an unknown client.
 */
function readBasic(exchange: Exchange): BasicCredentials | undefined {
  const [scheme, encoded = ''] = (exchange.req.header('authorization') ?? '').split(/ +/);
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  const secret = text.slice(colon + 1);
  const secrets = [...new Set([formDecode(secret) ?? secret, secret])];
  return { clientId: formDecode(text.slice(0, Math.max(colon, 0))), secrets };
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
