/**
 * Of what kind each option of `createTallystick` has to be, for hosts whose compiler does not say so. What a text has to
 * say, and what options have to do with each other, is not checked here.
 */
import { z } from 'zod';

const text = z.string('a text');
const texts = z.array(text, 'a list of texts');
const flag = z.boolean('true or false').optional();
const number = z.number('a number').optional();
const hostFunction = z.custom((value) => typeof value === 'function', 'a function').optional();

const store = z.custom(
  (value) => typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function',
  'a store, such as createSqliteStore makes',
);

const deviceLimit = z.strictObject({
  kind: z.enum(['desktop', 'mobile', 'tablet', 'other'], 'desktop, mobile, tablet or other').optional(),
  max: z.int('a whole number').min(0, 'a whole number'),
  atLimit: z.enum(['evict-oldest', 'deny'], 'evict-oldest or deny'),
});

const schema = z.strictObject({
  store,
  issuer: text,
  secrets: texts,
  authenticate: hostFunction,
  onRefresh: hostFunction,
  audience: z.union([text, texts], 'a text or a list of texts').optional(),
  algorithm: text.optional(),
  accessTokenSeconds: number,
  inactivityTimeoutSeconds: number,
  absoluteLifetimeSeconds: number,
  retryWindowSeconds: number,
  mayLoseSeconds: number,
  bindAccessTokens: flag,
  requireDpopNonce: flag,
  clients: z.array(z.unknown(), 'a list of clients').optional(),
  scopes: texts.optional(),
  allowedOrigins: texts.optional(),
  trustedProxies: texts.optional(),
  mode: text.optional(),
  accept: text.optional(),
  allowBearerRefresh: flag,
  deviceLimits: z.array(deviceLimit, 'a list of limits').optional(),
  accessTokenClaims: hostFunction,
  feedSecret: text.optional(),
  onEvent: hostFunction,
  explain: flag,
});

/** Throws a `TypeError` that names the option which is of another kind, missing or unknown. It shows no value. */
export function assertOptions(options: object): void {
  const [issue] = schema.safeParse(options).error?.issues ?? [];
  if (issue === undefined) return;
  if (issue.code !== 'unrecognized_keys') throw new TypeError(`${nameOf(issue.path)}: ${issue.message}`);
  throw new TypeError(`${nameOf([...issue.path, ...issue.keys.slice(0, 1)])}: there is no such option`);
}

/** As in `deviceLimits[0].max`. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
