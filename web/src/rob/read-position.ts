/**
 * Where a refresh token stands, read from its text for people to see. Whether it is genuine only the server can tell; a real client
 * treats a refresh token as opaque.
 */
import { parseRefreshToken } from '../../../src/protocol/refresh-token.ts';

export interface TokenPosition {
  readonly generation: number;
  readonly branch: number;
}

/** Generation and branch of `token`. A token of another format, as in stateless mode, stands at the beginning. */
export function readPosition(token: string): TokenPosition {
  const { generation = 0, branch = 0 } = parseRefreshToken(token) ?? {};
  return { generation, branch };
}
