/**
 * What `client.fetch` costs over `fetch` in Chromium: the same requests to a server that answers at once with nothing, with a live
 * access token, in turns in one page; and what it takes by itself, where the network is taken out of both.
 */
import { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { listen } from '../src/cli/listen.ts';
import { type ConnectionInfo, createTallystick } from '../src/server/index.ts';
import { createMemoryStore } from '../src/stores/memory/index.ts';
import { createLab } from '../test/browser/lab/create-lab.ts';
import { openChromium } from '../test/browser/open-chromium.ts';
import { freePort } from '../test/drills/server-process.ts';
import type { Extent, Finding, Line, LineResult } from './line.ts';

interface Way {
  readonly how: string;
  /** Of the page. */
  readonly query: string;
  /** How many requests are under way at a time. */
  readonly width: number;
}

const ways: readonly Way[] = [
  { how: 'one after the other', query: '', width: 1 },
  { how: '20 at a time', query: '', width: 20 },
  { how: 'answered in the page', query: '?instant', width: 1 },
];

/** Short turns, so that whatever else the machine does hits both alike. */
const turn = 100;
const turnsASecond = 2;

export const line: Line = {
  name: 'client-fetch',
  title: 'client.fetch against fetch, in Chromium',
  hasNoBar: true,
  measure,
};

async function measure({ runs, seconds }: Extent, say: (what: string) => void): Promise<LineResult> {
  const site = await openSite();
  const browser = await openChromium();
  try {
    const findings: Finding[] = [];
    for (const way of ways) {
      const page = await openSignedIn(browser, site.url, way.query);
      findings.push(...(await compare(page, way, { runs, turns: seconds * turnsASecond, say })));
      await page.close();
    }
    return { findings, evidence: [`${site.answered()} requests had the access token, and were answered`] };
  } finally {
    await browser.close();
    await site.close();
  }
}

/** A server that knows one user, and gives nothing to whoever has a token. */
async function openSite() {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const auth = createTallystick({
    issuer: url,
    store: createMemoryStore(),
    secrets: ['a root secret for this run alone'],
    authenticate: () => ({ authenticated: true, subject: 'alice' }),
  });
  let answered = 0;
  const app = new Hono<{ Bindings: ConnectionInfo }>();
  app.route('/lab', await createLab());
  app.get('/nothing', ({ req, body }) => {
    if (!req.header('Authorization')?.startsWith('Bearer ')) return body(null, 401);
    answered += 1;
    return body(null, 204);
  });
  app.all('*', (exchange) => auth.handler(exchange.req.raw, exchange.env));
  const listener = await listen(app.fetch, '127.0.0.1', port);
  return {
    url,
    answered: () => answered,
    async close() {
      await listener.close();
      await auth.close();
    },
  };
}

async function openSignedIn(browser: Browser, url: string, query: string): Promise<Page> {
  const page = await browser.newPage({ baseURL: url });
  await page.goto(`/lab/client-page${query}`);
  await page.waitForFunction(() => globalThis.lab?.client.state.status === 'signed-out');
  await page.evaluate(() => lab.client.signIn({ username: 'alice', password: 'right' }));
  return page;
}

interface Comparison {
  readonly runs: number;
  readonly turns: number;
  readonly say: (what: string) => void;
}

async function compare(page: Page, { how, width }: Way, { runs, turns, say }: Comparison): Promise<Finding[]> {
  const times: { readonly bare: number; readonly ours: number }[] = [];
  for (let run = -1; run < runs; run += 1) {
    say(run < 0 ? 'warming up' : `run ${run + 1} of ${runs}, ${how}`);
    const result = await page.evaluate(timeBoth, { width, turn, turns: run < 0 ? 1 : turns });
    if (run >= 0) times.push(result);
  }
  return [
    { what: `client.fetch / fetch, ${how}`, unit: '×', runs: times.map(({ ours, bare }) => ours / bare) },
    { what: `fetch, ${how}`, unit: 'µs', runs: times.map(({ bare }) => bare) },
    { what: `client.fetch adds, ${how}`, unit: 'µs', runs: times.map(({ ours, bare }) => ours - bare) },
  ];
}

/** In the page: microseconds for one request of each kind. */
async function timeBoth({ width, turn, turns }: { width: number; turn: number; turns: number }) {
  const { client, fetch } = globalThis.lab;
  const headers = { Authorization: `Bearer ${await client.accessToken()}` };
  const kinds = {
    bare: () => fetch('/nothing', { headers }),
    ours: () => client.fetch('/nothing'),
  };
  const spent = { bare: 0, ours: 0 };
  for (let count = 0; count < turns; count += 1) {
    for (const kind of count % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const)) {
      const begun = performance.now();
      for (let sent = 0; sent < turn; sent += width) {
        const responses = await Promise.all(Array.from({ length: width }, kinds[kind]));
        if (responses.some(({ ok }) => !ok)) throw new Error('a request was refused');
      }
      spent[kind] += performance.now() - begun;
    }
  }
  const each = 1000 / (turn * turns);
  return { bare: spent.bare * each, ours: spent.ours * each };
}
