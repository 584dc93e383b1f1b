/**
 * The conformance suite on PostgreSQL, and sign-ins and passwords at two servers there.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { storeConformance } from '../../src/stores/conformance/index.ts';
import { borrowPostgres } from '../engines/postgres.ts';
import { checkGuesses } from './check-guesses.ts';
import { checkSetPassword } from './check-set-password.ts';
import { createSchemas, type PostgresSchemas } from './postgres-schemas.ts';

let engine: Awaited<ReturnType<typeof borrowPostgres>>;
let schemas: PostgresSchemas;
beforeAll(async () => {
  engine = await borrowPostgres();
  schemas = createSchemas(engine.url);
});
afterAll(async () => {
  await schemas?.drop();
  await engine?.remove();
});

describe('the PostgreSQL store', () => {
  const cases = storeConformance({
    open: () => schemas.open(),
    another: (store) => schemas.open(schemas.schemaOf(store)),
  });
  for (const { name, run } of cases) test(name, run);

  test('has two servers check as many guesses as one', async () => {
    const store = await schemas.open();
    await checkGuesses([store, await schemas.open(schemas.schemaOf(store))]);
  });

  test('has a password that is set at one server be the one at another', async () => {
    const store = await schemas.open();
    await checkSetPassword([store, await schemas.open(schemas.schemaOf(store))]);
  });
});
