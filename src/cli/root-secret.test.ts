import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryStore } from '../stores/memory/index.ts';
import { rootSecrets } from './root-secret.ts';

const store = createMemoryStore();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallystick-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const embedded = () => ({ store, file: join(folder, 'kept', 'tallystick.db'), isVolatile: false });

describe('the root secrets', () => {
  it('are those that are configured', () => {
    expect(rootSecrets(['one', 'two'], embedded())).toEqual(['one', 'two']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are made once and kept beside an embedded store, for its owner alone', () => {
    const secrets = rootSecrets(undefined, embedded());
    expect(secrets).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    expect(rootSecrets(undefined, embedded())).toEqual(secrets);
    const path = join(folder, 'kept', 'secret');
    expect(readFileSync(path, 'utf8')).toBe(`${secrets[0]}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'kept'))).toEqual(['secret']);
  });

  it('of a server that came first are taken over', () => {
    const first = embedded();
    rootSecrets(undefined, first);
    writeFileSync(join(folder, 'kept', 'secret'), 'the secret of the first server\n');
    expect(rootSecrets(undefined, embedded())).toEqual(['the secret of the first server']);
  });

  it('of a store in memory are gone with it', () => {
    const volatile = { store, isVolatile: true };
    expect(rootSecrets(undefined, volatile)).not.toEqual(rootSecrets(undefined, volatile));
  });

  it('have to be configured for a store on another machine', () => {
    expect(() => rootSecrets(undefined, { store, isVolatile: false })).toThrow(
      'TALLYSTICK_SECRET: has to be set for this store',
    );
  });
});
