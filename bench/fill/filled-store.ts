/**
 * A store with many sessions in it, ready to be served.
 */
import type { Store } from '../../src/stores/store.ts';
import type { RowPlan } from './plan-rows.ts';

export interface FilledStore {
  readonly plan: RowPlan;
  /** What `TALLYSTICK_STORE` says to serve it. */
  readonly name: string;
  /** The same store in this process. */
  open(): Store;
  /** Bytes of the sessions' table with its index entries. */
  sessionBytes(): Promise<number>;
  remove(): Promise<void>;
}

/** Fills a new store; says now and then how far it is. */
export type Fill = (count: number, say: (what: string) => void) => Promise<FilledStore>;

/** Tells how far `done` of `count` is, whenever another twentieth is done. */
export function createBar(what: string, count: number, say: (what: string) => void): (done: number) => void {
  let shown = -1;
  return (done) => {
    const twentieths = Math.floor((done / count) * 20);
    if (twentieths === shown) return;
    shown = twentieths;
    say(
      `${what} ${'█'.repeat(twentieths).padEnd(20, '░')} ${done.toLocaleString('en')} of ${count.toLocaleString('en')}`,
    );
  };
}
