/**
 * Hears of new revocations through `LISTEN`, on a connection of its own that it makes anew when it is lost. Only hints come
 * this way: what is missed while there is no connection is found by looking.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { withDeadline } from '../../time/with-deadline.ts';
import { patience } from './connection.ts';
import type { PostgresClient, PostgresPool } from './driver.ts';

/** How often the connection is tried, and how long until the next one once it is lost, in milliseconds. */
const tryEvery = 15_000;
const reconnectAfter = 1_000;

/** Starts listening on `channel`; gives the way to stop. */
export function startListener(pool: PostgresPool, channel: string, onNotice: () => void): () => Promise<void> {
  const abort = new AbortController();
  const listening = keepListening(pool, channel, onNotice, abort.signal);
  return async () => {
    abort.abort();
    await listening;
  };
}

async function keepListening(
  pool: PostgresPool,
  channel: string,
  onNotice: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // Whatever ends it, the next one follows; those who ask the database in the meantime are told what is wrong.
    await listen(pool, channel, onNotice, signal).catch(() => {});
    await pause(reconnectAfter, signal);
  }
}

async function listen(pool: PostgresPool, channel: string, onNotice: () => void, signal: AbortSignal): Promise<void> {
  const client = await pool.connect();
  const lost = new AbortController();
  const lose = () => lost.abort();
  signal.addEventListener('abort', lose);
  client.on('error', lose);
  client.on('end', lose);
  client.on('notification', onNotice);
  try {
    await ask(client, `LISTEN "${channel}"`);
    onNotice();
    while (!lost.signal.aborted && !signal.aborted) {
      await pause(tryEvery, lost.signal);
      if (!lost.signal.aborted) await ask(client, 'SELECT');
    }
  } finally {
    signal.removeEventListener('abort', lose);
    // Closed and not given back: it must not go on listening for another user of the pool.
    client.release(true);
  }
}

/** A partition leaves a connection that looks alive and says nothing. */
async function ask(client: PostgresClient, text: string): Promise<void> {
  await withDeadline(client.query({ text }), patience);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal, ref: false }).catch(() => {});
}
