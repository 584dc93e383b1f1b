/**
 * The demo bank's API: a resource server like anyone's, guarded by the verifier. It has keys and feed from the server in
 * its own process.
 */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { usualMaxLifetime } from '../../protocol/access-token.ts';
import type { ErrorResponse, SessionMode } from '../../protocol/wire.ts';
import type { Tallystick } from '../../server/index.ts';
import { createVerifier } from '../../verifier/index.ts';
import { type Customer, createAccounts } from './accounts.ts';
import { demoPassword, demoUsers } from './demo-users.ts';

export interface BankOptions {
  readonly auth: Tallystick;
  readonly issuer: string;
  readonly retryWindowSeconds: number;
  /** How long the server's access tokens live. */
  readonly accessTokenSeconds: number;
  readonly mode: SessionMode;
  readonly customers: readonly Customer[];
  /** Milliseconds since the epoch; `Date.now` unless given. */
  readonly now?: () => number;
}

export interface Bank {
  readonly app: Hono<{ Variables: { readonly subject: string } }>;
  close(): void;
}

const transferSchema = z.object({
  to: z.string('is missing').trim().min(1, 'is missing').max(70, 'is too long'),
  amount_cents: z.int('is a whole number of cents').min(1, 'is at least one cent').max(100_000_000, 'is too much'),
  note: z.string('is a text').trim().max(140, 'is too long').default(''),
});

const keySchema = z.string('is missing').min(1, 'is missing').max(200, 'is too long');

export function createBank(options: BankOptions): Bank {
  const { auth, issuer, retryWindowSeconds, accessTokenSeconds, mode, customers, now = Date.now } = options;
  const accounts = createAccounts(customers, () => Math.floor(now() / 1000));
  const verifier = createVerifier({
    issuer,
    audience: issuer,
    // Tokens of before the server was configured for shorter ones go on being good.
    maxLifetimeSeconds: Math.max(usualMaxLifetime, accessTokenSeconds),
    jwks: auth.publicKeys,
    feed: auth.revocations,
    now,
  });
  const app: Bank['app'] = new Hono();
  app.use(async (exchange, next) => {
    await next();
    exchange.header('Cache-Control', 'no-store');
  });
  app.get('/demo', (exchange) =>
    exchange.json({ users: demoUsers, password: demoPassword, retry_window_seconds: retryWindowSeconds, mode }),
  );
  app.use(async (exchange, next) => {
    const result = await verifier.authenticate(exchange.req.raw);
    if (!result.ok) return result.error.toResponse();
    exchange.set('subject', result.claims.sub);
    return next();
  });
  app.get('/account', (exchange) => exchange.json(accounts.of(exchange.get('subject'))));
  app.post(
    '/transfers',
    bodyLimit({ maxSize: 16 * 1024, onError: () => refuse('invalid_request', 'The body is too large.') }),
  );
  app.post('/transfers', async (exchange) => {
    const transfer = transferSchema.safeParse(await exchange.req.json().catch(() => undefined));
    const key = keySchema.safeParse(exchange.req.header('Idempotency-Key'));
    if (!transfer.success) return refuse('invalid_request', problemOf(transfer.error));
    if (!key.success) return refuse('invalid_request', `Idempotency-Key ${problemOf(key.error)}`);
    const result = accounts.transfer(exchange.get('subject'), key.data, transfer.data);
    if (result.kind !== 'done') return refuse(result.kind, refusals[result.kind]);
    return exchange.json(result.transaction, 201);
  });
  return { app, close: () => verifier.close() };
}

const refusals = {
  insufficient_funds: 'There is not enough money in the account.',
  own_account: 'That is your own account.',
} as const;

function problemOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
}

function refuse(error: string, description: string): Response {
  const body: ErrorResponse = { error, error_description: description };
  return Response.json(body, { status: 400 });
}
