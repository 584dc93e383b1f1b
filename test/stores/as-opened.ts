/**
 * A store that is open already, for a server that would open it. It changes nothing else.
 */
import type { Store } from '../../src/stores/store.ts';

export function asOpened(store: Store): Store {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'open') return async () => {};
      const member: unknown = target[name as keyof Store];
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
