/** What things are called in a story. */
import type { SessionMode } from '../../../src/protocol/wire.ts';
import type { TokenPosition } from '../../../src/session/decide-refresh.ts';

/** A token by where it stands: `2.0` is generation 2, branch 0. A stateless one is told apart. */
export function tokenName({ generation, branch, format }: TokenPosition & { readonly format?: SessionMode }): string {
  return `${format === 'stateless' ? 'stateless ' : ''}${generation}.${branch}`;
}

/** Tabs count from one. */
export function tabName(tab: number): string {
  return `tab ${tab + 1}`;
}
