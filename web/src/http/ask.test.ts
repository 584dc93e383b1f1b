import { SessionEndedError } from 'tallystick/client';
import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';

const answering = (body: string | null, status: number) => () => Promise.resolve(new Response(body, { status }));

describe('ask', () => {
  it('gives the JSON of a successful answer', async () => {
    expect(await ask(answering('{"a":1}', 201))).toEqual({ kind: 'done', value: { a: 1 } });
  });

  it('gives no value for an answer without a body', async () => {
    expect(await ask(answering(null, 204))).toEqual({ kind: 'done', value: undefined });
  });

  it('gives the code and the description of a refusal', async () => {
    const body = '{"error":"insufficient_funds","error_description":"There is not that much."}';
    expect(await ask(answering(body, 400))).toEqual({
      kind: 'refused',
      status: 400,
      error: 'insufficient_funds',
      description: 'There is not that much.',
    });
  });

  it('names the status of a refusal that says nothing else', async () => {
    expect(await ask(answering('', 502))).toMatchObject({ kind: 'refused', status: 502, error: 'unknown' });
  });

  it('tells a server that does not answer from one that refuses', async () => {
    expect(await ask(() => Promise.reject(new TypeError('Failed to fetch')))).toEqual({ kind: 'unreachable' });
  });

  it('tells a request that was given up with its session', async () => {
    expect(await ask(() => Promise.reject(new SessionEndedError('ended')))).toEqual({ kind: 'given-up' });
  });

  it('takes an answer that is not JSON for no answer', async () => {
    expect(await ask(answering('<html>', 200))).toEqual({ kind: 'unreachable' });
  });
});
