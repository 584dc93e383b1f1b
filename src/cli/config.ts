/**
 * Configuration from the environment. Whatever is wrong stops the start with one line that names the variable.
 */
import { z } from 'zod';
import { bearerSecretRule, isBearerSecret } from '../protocol/bearer-secret.ts';
import type { SessionMode } from '../protocol/wire.ts';
import type { SigningAlgorithm } from '../server/index.ts';

/** A variable is wrong or missing. The message is the one line that the operator sees; it never shows a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const seconds = z
  .string()
  .regex(/^\d{1,9}$/, 'a whole number of seconds')
  .transform(Number);
const flag = z.enum(['0', '1'], '0 or 1').transform((text) => text === '1');
const sessionMode = z.enum(['stored', 'stateless'], 'stored or stateless');
const list = z.string().transform((text) => text.split(',').map((part) => part.trim()));

const schema = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a port number')
    .transform(Number)
    .refine((port) => port < 65_536, 'a port number')
    .default(3000),
  HOST: z.string().default('127.0.0.1'),
  TALLYSTICK_ISSUER: z.string().optional(),
  TALLYSTICK_STORE: z.string().default('sqlite:.tallystick/tallystick.db'),
  TALLYSTICK_MODE: sessionMode.default('stored'),
  TALLYSTICK_ACCEPT: sessionMode.optional(),
  TALLYSTICK_ALLOW_BEARER_REFRESH: flag.optional(),
  TALLYSTICK_SECRET: list.optional(),
  TALLYSTICK_AUDIENCE: list.optional(),
  TALLYSTICK_ALGORITHM: z.enum(['ES256', 'Ed25519'], 'ES256 or Ed25519').default('ES256'),
  TALLYSTICK_ACCESS_TOKEN_SECONDS: seconds.default(900),
  TALLYSTICK_BIND_ACCESS_TOKENS: flag.optional(),
  TALLYSTICK_REQUIRE_DPOP_NONCE: flag.optional(),
  TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS: seconds.default(2_592_000),
  TALLYSTICK_ABSOLUTE_LIFETIME_SECONDS: seconds.default(31_536_000),
  TALLYSTICK_RETRY_WINDOW_SECONDS: seconds.default(30),
  TALLYSTICK_MAY_LOSE_SECONDS: seconds.optional(),
  TALLYSTICK_ALLOWED_ORIGINS: list.optional(),
  TALLYSTICK_TRUSTED_PROXIES: list.optional(),
  TALLYSTICK_CLIENTS: z.string().optional(),
  TALLYSTICK_FEED_SECRET: z.string().optional(),
  TALLYSTICK_METRICS_SECRET: z.string().refine(isBearerSecret, bearerSecretRule).optional(),
  TALLYSTICK_EXPLAIN: flag.optional(),
  TALLYSTICK_LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'fatal, error, warn, info, debug, trace or silent',
    )
    .default('info'),
});

/** Every variable there is. */
export const variableNames: readonly string[] = Object.keys(schema.shape);

/** The environment, checked and with its defaults. */
export interface Config {
  readonly PORT: number;
  readonly HOST: string;
  readonly TALLYSTICK_ISSUER?: string | undefined;
  readonly TALLYSTICK_STORE: string;
  readonly TALLYSTICK_MODE: SessionMode;
  readonly TALLYSTICK_ACCEPT?: SessionMode | undefined;
  readonly TALLYSTICK_ALLOW_BEARER_REFRESH?: boolean | undefined;
  readonly TALLYSTICK_SECRET?: readonly string[] | undefined;
  readonly TALLYSTICK_AUDIENCE?: readonly string[] | undefined;
  readonly TALLYSTICK_ALGORITHM: SigningAlgorithm;
  readonly TALLYSTICK_ACCESS_TOKEN_SECONDS: number;
  readonly TALLYSTICK_BIND_ACCESS_TOKENS?: boolean | undefined;
  readonly TALLYSTICK_REQUIRE_DPOP_NONCE?: boolean | undefined;
  readonly TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS: number;
  readonly TALLYSTICK_ABSOLUTE_LIFETIME_SECONDS: number;
  readonly TALLYSTICK_RETRY_WINDOW_SECONDS: number;
  readonly TALLYSTICK_MAY_LOSE_SECONDS?: number | undefined;
  readonly TALLYSTICK_ALLOWED_ORIGINS?: readonly string[] | undefined;
  readonly TALLYSTICK_TRUSTED_PROXIES?: readonly string[] | undefined;
  readonly TALLYSTICK_CLIENTS?: string | undefined;
  readonly TALLYSTICK_FEED_SECRET?: string | undefined;
  readonly TALLYSTICK_METRICS_SECRET?: string | undefined;
  readonly TALLYSTICK_EXPLAIN?: boolean | undefined;
  readonly TALLYSTICK_LOG_LEVEL: string;
}

/** Reads the environment. An empty variable counts as unset; one that begins with `TALLYSTICK_` and is not known is an error. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  for (const [name] of set) {
    if (isOurs(name) && !Object.hasOwn(schema.shape, name)) throw new ConfigError(`${name}: there is no such variable`);
  }
  const parsed = schema.safeParse(Object.fromEntries(set));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(`${issue?.path.join('.')}: ${issue?.message}`);
}

function isOurs(name: string): boolean {
  return name.startsWith('TALLYSTICK_') && !name.startsWith('TALLYSTICK_TEST_');
}

/** Which variable an option of the library comes from, for the errors that only the library can find. */
const variables: Readonly<Record<string, string>> = {
  issuer: 'TALLYSTICK_ISSUER',
  mode: 'TALLYSTICK_MODE',
  accept: 'TALLYSTICK_ACCEPT',
  secrets: 'TALLYSTICK_SECRET',
  audience: 'TALLYSTICK_AUDIENCE',
  accessTokenSeconds: 'TALLYSTICK_ACCESS_TOKEN_SECONDS',
  inactivityTimeoutSeconds: 'TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS',
  absoluteLifetimeSeconds: 'TALLYSTICK_ABSOLUTE_LIFETIME_SECONDS',
  retryWindowSeconds: 'TALLYSTICK_RETRY_WINDOW_SECONDS',
  mayLoseSeconds: 'TALLYSTICK_MAY_LOSE_SECONDS',
  allowedOrigins: 'TALLYSTICK_ALLOWED_ORIGINS',
  feedSecret: 'TALLYSTICK_FEED_SECRET',
  trustedProxies: 'TALLYSTICK_TRUSTED_PROXIES',
  clients: 'TALLYSTICK_CLIENTS',
};

/** A library's `TypeError`, in the words of the environment. Anything else is given back as it is. */
export function toConfigError(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const message = error.message.replace(/[A-Za-z]+Seconds\b|^[A-Za-z]+/g, (option) => variables[option] ?? option);
  return new ConfigError(message);
}
