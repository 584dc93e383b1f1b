import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, toConfigError } from './config.ts';

describe('the configuration', () => {
  it('has a default for everything that can have one', () => {
    expect(readConfig({ HOME: '/root', PATH: '/bin' })).toEqual({
      PORT: 3000,
      HOST: '127.0.0.1',
      TALLYSTICK_STORE: 'sqlite:.tallystick/tallystick.db',
      TALLYSTICK_MODE: 'stored',
      TALLYSTICK_ALGORITHM: 'ES256',
      TALLYSTICK_ACCESS_TOKEN_SECONDS: 900,
      TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS: 2_592_000,
      TALLYSTICK_ABSOLUTE_LIFETIME_SECONDS: 31_536_000,
      TALLYSTICK_RETRY_WINDOW_SECONDS: 30,
      TALLYSTICK_LOG_LEVEL: 'info',
    });
  });

  it('is read from the environment', () => {
    const config = readConfig({
      PORT: '8080',
      TALLYSTICK_SECRET: 'one, two',
      TALLYSTICK_RETRY_WINDOW_SECONDS: '0',
      TALLYSTICK_ALLOWED_ORIGINS: 'https://a.example,https://b.example',
      TALLYSTICK_EXPLAIN: '1',
      TALLYSTICK_MAY_LOSE_SECONDS: '60',
    });
    expect(config).toMatchObject({
      PORT: 8080,
      TALLYSTICK_SECRET: ['one', 'two'],
      TALLYSTICK_RETRY_WINDOW_SECONDS: 0,
      TALLYSTICK_ALLOWED_ORIGINS: ['https://a.example', 'https://b.example'],
      TALLYSTICK_EXPLAIN: true,
      TALLYSTICK_MAY_LOSE_SECONDS: 60,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', TALLYSTICK_SECRET: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['TALLYSTICK_ALGORITHM', 'none'],
    ['TALLYSTICK_ALGORITHM', 'es256'],
    ['TALLYSTICK_MODE', 'both'],
    ['TALLYSTICK_ACCESS_TOKEN_SECONDS', '15 min'],
    ['TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS', '-1'],
    ['TALLYSTICK_ABSOLUTE_LIFETIME_SECONDS', '1e9'],
    ['TALLYSTICK_RETRY_WINDOW_SECONDS', '0.5'],
    ['TALLYSTICK_MAY_LOSE_SECONDS', 'never'],
    ['TALLYSTICK_EXPLAIN', 'yes'],
    ['TALLYSTICK_BIND_ACCESS_TOKENS', 'true'],
    ['TALLYSTICK_REQUIRE_DPOP_NONCE', 'always'],
    ['TALLYSTICK_LOG_LEVEL', 'loud'],
    ['TALLYSTICK_RETRY_WINDOW', '30'],
    ['TALLYSTICK_SECRETS', 'x'],
  ])('says in one line that %s cannot be %j, and does not repeat it', (variable, value) => {
    const reading = () => readConfig({ [variable]: value });
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(new RegExp(`^${variable}: [^\\n]+$`));
  });

  it('puts what only the library can find in the words of the environment', () => {
    const message = 'inactivityTimeoutSeconds: at least twice retryWindowSeconds, or 0 for never';
    expect(toConfigError(new TypeError(message))).toEqual(
      new ConfigError(
        'TALLYSTICK_INACTIVITY_TIMEOUT_SECONDS: at least twice TALLYSTICK_RETRY_WINDOW_SECONDS, or 0 for never',
      ),
    );
    const other = new Error('something else');
    expect(toConfigError(other)).toBe(other);
  });
});
