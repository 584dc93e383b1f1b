/**
 * The comparison in a worker: cases as the body of a request, verdicts as that of the answer, both as JSON.
 */
import { judgeCases } from './judge-cases.ts';
import type { TokenCase } from './token-case.ts';

export default {
  fetch: async (request: Request): Promise<Response> =>
    Response.json(await judgeCases((await request.json()) as readonly TokenCase[])),
};
