/**
 * The configured clients. A public one is a name; a confidential one (RFC 6749 section 2.1) has a secret, of which only the
 * hash is known here. Secrets are made by machines and long, so a plain hash keeps them; a password would need more.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { isClientId } from '../protocol/client-id.ts';

/** A client that can keep a secret: a server of its own. */
export interface ConfidentialClient {
  readonly clientId: string;
  /** SHA-256 of the secret, as 64 lowercase hexadecimal digits. The secret has 32 random bytes or more. */
  readonly secretSha256: string;
  /**
   * The resource servers it is, for introspection: it is told of access tokens for these and of its own refresh tokens.
   * Without it, of every token.
   */
  readonly audience?: string | readonly string[] | undefined;
}

/** Every client there is. */
export interface Clients {
  /** Whether a request may name this client. */
  isKnown(clientId: string): boolean;
  isConfidential(clientId: string): boolean;
  /** The confidential client whose secret this is. The comparison takes as long for a wrong secret and an unknown client. */
  authenticate(clientId: string, secret: string): ConfidentialClient | undefined;
  /** Whether there may be a client of each kind. */
  readonly hasPublic: boolean;
  readonly hasConfidential: boolean;
}

const publicSchema = z.string().refine(isClientId, 'not a client id');

const severalNames = 'one or more names';
const name = z.string().min(1, severalNames);

const confidentialSchema: z.ZodType<ConfidentialClient> = z.strictObject({
  clientId: z.string('missing').refine(isClientId, 'not a client id'),
  secretSha256: z.string('missing').regex(/^[0-9a-f]{64}$/, '64 lowercase hexadecimal digits'),
  audience: z.union([name, z.array(name).min(1, severalNames)], severalNames).optional(),
});

/** Takes the option `clients`. Throws a `TypeError` that says what is wrong with which. Without the option, any public one. */
export function resolveClients(option: readonly (string | ConfidentialClient)[] | undefined): Clients {
  const given = (option ?? []).map(parseClient);
  const ids = given.map((client) => (typeof client === 'string' ? client : client.clientId));
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new TypeError(`clients: ${repeated} is there twice`);
  const confidential = new Map(
    given.flatMap((client) => (typeof client === 'string' ? [] : [[client.clientId, client]])),
  );
  return {
    isKnown: (clientId) => option === undefined || ids.includes(clientId),
    isConfidential: (clientId) => confidential.has(clientId),
    authenticate: (clientId, secret) => {
      const client = confidential.get(clientId);
      return isSecretOf(client, secret) ? client : undefined;
    },
    hasPublic: option === undefined || given.some((client) => typeof client === 'string'),
    hasConfidential: confidential.size > 0,
  };
}

function parseClient(client: unknown, index: number): string | ConfidentialClient {
  const schema = typeof client === 'string' ? publicSchema : confidentialSchema;
  const parsed = schema.safeParse(client);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TypeError(`clients: ${[`[${index}]`, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

/** What an unknown client's secret is compared with: the hash of nothing that anybody knows. */
const noHash: string = '0'.repeat(64);

function isSecretOf(client: ConfidentialClient | undefined, secret: string): boolean {
  const expected = Buffer.from(client?.secretSha256 ?? noHash, 'hex');
  const isEqual = timingSafeEqual(createHash('sha256').update(secret).digest(), expected);
  return isEqual && client !== undefined;
}
