/** What things are called in a story. */
import type { TokenPosition } from '../../../src/session/decide-refresh.ts';

/** A token by where it stands: `2.0` is generation 2, branch 0. */
export function tokenName({ generation, branch }: TokenPosition): string {
  return `${generation}.${branch}`;
}

/** Tabs count from one. */
export function tabName(tab: number): string {
  return `tab ${tab + 1}`;
}
