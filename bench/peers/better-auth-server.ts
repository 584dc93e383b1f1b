/**
 * Better Auth, issuing a JWT from a session: `GET /api/auth/token` with the session's cookie, signed with ES256, on SQLite.
 *
 *     node better-auth-server.ts COOKIES_FILE SESSIONS DATABASE_FILE
 *
 * Configured as its documentation describes the JWT plugin (https://www.better-auth.com/docs/plugins/jwt) and SQLite
 * (https://www.better-auth.com/docs/adapters/sqlite). Its rate limit is off, as every limit that a benchmark would run into.
 * With `COOKIE_CACHE=1` its session cookie cache is on, which spares it the look at the session's row
 * (https://www.better-auth.com/docs/concepts/session-management#cookie-cache) and a removed session stays good meanwhile.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins/jwt';

const [, , file = '', sessions = '50', database = ''] = process.argv;
const port = Number(process.env.PORT);

const auth = betterAuth({
  baseURL: `http://localhost:${port}`,
  secret: 'the secret of the benchmark that all may know',
  database: new DatabaseSync(database),
  emailAndPassword: { enabled: true },
  plugins: [jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } })],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  ...(process.env.COOKIE_CACHE === '1' ? { session: { cookieCache: { enabled: true, maxAge: 300 } } } : {}),
});

async function signUp(index: number): Promise<string> {
  const body = { name: `User ${index}`, email: `user-${index}@example.com`, password: 'correct horse battery staple' };
  const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
  return headers
    .getSetCookie()
    .map((cookie) => cookie.slice(0, cookie.indexOf(';')))
    .join('; ');
}

await (await getMigrations(auth.options)).runMigrations();
const cookies: string[] = [];
for (let index = 0; index < Number(sessions); index += 1) cookies.push(await signUp(index));
writeFileSync(file, cookies.join('\n'));
createServer(toNodeHandler(auth)).listen(port, '127.0.0.1', () => console.log('listening'));
