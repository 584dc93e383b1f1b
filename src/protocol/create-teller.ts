/**
 * Telling a host's listener what has happened. Whatever the listener does, it undoes nothing and answers nobody.
 */

/** Makes a teller that no listener can break: what it throws, and a promise of its that is rejected, is ignored. */
export function createTeller<Event>(listener: (event: Event) => void = () => {}): (event: Event) => void {
  return (event) => {
    try {
      const told: unknown = listener(event);
      if (told instanceof Promise) told.catch(() => {});
    } catch {
      // As the promise's.
    }
  };
}
