/**
 * The library, put together from the configuration.
 */
import { createTallystick, type EventListener, type Tallystick } from '../server/index.ts';
import type { Store } from '../stores/store.ts';
import { type Config, ConfigError, toConfigError } from './config.ts';
import { createNamedStore, type NamedStore } from './open-store.ts';
import { readClients } from './read-clients.ts';
import { rootSecrets } from './root-secret.ts';

export interface ConfiguredServer {
  readonly auth: Tallystick;
  readonly issuer: string;
  readonly store: Store;
}

/** Makes the server and opens its store. */
export async function createServer(config: Config, onEvent: EventListener): Promise<ConfiguredServer> {
  const named = await createNamedStore(config.TALLYSTICK_STORE);
  const issuer = config.TALLYSTICK_ISSUER ?? `http://localhost:${config.PORT}`;
  const auth = construct(config, { named, issuer, onEvent });
  try {
    await auth.ready();
  } catch (error) {
    throw isStoreError(error)
      ? new ConfigError(`TALLYSTICK_STORE: ${error.message}`, { cause: error })
      : toConfigError(error);
  }
  return { auth, issuer, store: named.store };
}

function isStoreError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'StoreError';
}

interface Parts {
  readonly named: NamedStore;
  readonly issuer: string;
  readonly onEvent: EventListener;
}

function construct(config: Config, { named, issuer, onEvent }: Parts): Tallystick {
  try {
    return createTallystick({
      store: named.store,
      issuer,
      secrets: rootSecrets(config.TALLYSTICK_SECRET, named),
      mode: config.TALLYSTICK_MODE,
      accept: config.TALLYSTICK_ACCEPT ?? config.TALLYSTICK_MODE,
      allowBearerRefresh: config.TALLYSTICK_ALLOW_BEARER_REFRESH ?? false,
      audience: config.TALLYSTICK_AUDIENCE ?? issuer,
      algorithm: config.TALLYSTICK_ALGORITHM,
      accessTokenSeconds: config.TALLYSTICK_ACCESS_TOKEN_SECONDS,
      bindAccessTokens: config.TALLYSTICK_BIND_ACCESS_TOKENS ?? false,
      requireDpopNonce: config.TALLYSTICK_REQUIRE_DPOP_NONCE ?? false,
      inactivityTimeoutSeconds: config.TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS,
      absoluteLifetimeSeconds: config.TALLYSTICK_ABSOLUTE_LIFETIME_SECONDS,
      retryWindowSeconds: config.TALLYSTICK_RETRY_WINDOW_SECONDS,
      ...(config.TALLYSTICK_MAY_LOSE_SECONDS === undefined
        ? {}
        : { mayLoseSeconds: config.TALLYSTICK_MAY_LOSE_SECONDS }),
      allowedOrigins: config.TALLYSTICK_ALLOWED_ORIGINS ?? [],
      trustedProxies: config.TALLYSTICK_TRUSTED_PROXIES ?? [],
      ...(config.TALLYSTICK_CLIENTS === undefined ? {} : { clients: readClients(config.TALLYSTICK_CLIENTS) }),
      ...(config.TALLYSTICK_FEED_SECRET === undefined ? {} : { feedSecret: config.TALLYSTICK_FEED_SECRET }),
      explain: config.TALLYSTICK_EXPLAIN ?? false,
      onEvent,
    });
  } catch (error) {
    throw toConfigError(error);
  }
}
