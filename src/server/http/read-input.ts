/**
 * Bodies, read strictly: the content type that the endpoint takes, every member once, and the shape its schema says. No body at
 * all counts as an empty one, an empty string as absent, and members nobody knows are ignored (RFC 6749 section 3.2).
 */
import { z } from 'zod';
import { isClientId } from '../../protocol/client-id.ts';
import { parseJsonObject } from '../../protocol/compact-jws.ts';
import { longestDeviceName, longestPassword, longestUsername } from '../../protocol/limits.ts';
import { isScope } from '../../protocol/scope.ts';
import type { Exchange } from './exchange.ts';
import { maxBodyLength } from './limits.ts';
import { invalidRequest, Problem } from './problem.ts';

/** Reads a JSON object. */
export async function readJson<Output>(exchange: Exchange, schema: z.ZodType<Output>): Promise<Output> {
  if (await isNothing(exchange)) return parse({}, schema);
  requireType(exchange, 'application/json');
  const value = parseJsonObject(new Uint8Array(await exchange.req.arrayBuffer().catch(refuseCutOff)));
  if (value === 'duplicate_member') throw invalidRequest('A member is repeated.');
  if (typeof value === 'string') throw invalidRequest('The body is not a JSON object.');
  return parse(withoutEmpty(Object.entries(value)), schema);
}

/** Reads a form. */
export async function readForm<Output>(exchange: Exchange, schema: z.ZodType<Output>): Promise<Output> {
  if (await isNothing(exchange)) return parse({}, schema);
  requireType(exchange, 'application/x-www-form-urlencoded');
  const members = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await textOf(exchange))) {
    if (members.has(name)) throw invalidRequest('A parameter is repeated.');
    members.set(name, value);
  }
  return parse(withoutEmpty(members), schema);
}

/** Reads whichever of the two was sent. */
export function readFormOrJson<Output>(exchange: Exchange, schema: z.ZodType<Output>): Promise<Output> {
  return mediaType(exchange) === 'application/json' ? readJson(exchange, schema) : readForm(exchange, schema);
}

/** Who sends no body has no type to say: that is to be told what is missing, not how to send it. */
async function isNothing(exchange: Exchange): Promise<boolean> {
  return mediaType(exchange) === '' && (await textOf(exchange)) === '';
}

function textOf(exchange: Exchange): Promise<string> {
  return exchange.req.text().catch(refuseCutOff);
}

/**
 * For a body that breaks off: its sender has hung up or sends chunks that are none, and that is no fault of ours. A `TypeError` is
 * one: the host has read the body before us.
 */
export function refuseCutOff(error: unknown): never {
  if (error instanceof Problem || error instanceof TypeError) throw error;
  throw invalidRequest('The body did not come whole.');
}

function requireType(exchange: Exchange, type: string): void {
  if (mediaType(exchange) === type) return;
  throw new Problem('unsupported_media_type', { description: `The body must be ${type}.` });
}

function mediaType(exchange: Exchange): string {
  return (exchange.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function withoutEmpty(members: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const filled: Record<string, unknown> = Object.create(null);
  for (const [name, value] of members) if (value !== '') filled[name] = value;
  return filled;
}

function parse<Output>(value: object, schema: z.ZodType<Output>): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const member = issue?.path.join('.') || 'body';
  // The name of the member and what is wrong with it, never what was in it. RFC 6749 section 5.2 has a code for one.
  throw new Problem(member === 'scope' ? 'invalid_scope' : 'invalid_request', {
    description: `${member}: ${issue?.message ?? 'not valid'}`,
  });
}

type Field = 'username' | 'password' | 'deviceName' | 'token' | 'clientId' | 'clientSecret' | 'scope';

/** A text. Of one that is not there it is not said that it is something else. */
export const text: z.ZodString = z.string({
  error: ({ input }) => (input === undefined ? 'is missing' : 'must be a string'),
});

/** The building blocks of the schemas. */
export const fields: Readonly<Record<Field, z.ZodString>> = {
  username: text.max(longestUsername, 'is too long'),
  password: text.refine(
    (password) => Buffer.byteLength(password) <= longestPassword,
    `is longer than ${longestPassword} bytes`,
  ),
  deviceName: text
    .max(longestDeviceName, `has more than ${longestDeviceName} characters`)
    .regex(/^[^\p{C}]+$/u, 'has characters that cannot be shown'),
  token: text.max(maxBodyLength),
  clientId: text.refine(isClientId, 'is not a client id'),
  clientSecret: text.max(1024, 'is too long'),
  scope: text.refine(isScope, 'is not a scope'),
};
