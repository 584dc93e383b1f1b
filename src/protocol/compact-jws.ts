/**
 * Takes a compact JWS (RFC 7515 section 7.1) apart, refusing everything that two readers could understand differently.
 * It checks **no** signature, algorithm, key or claim: what it gives is what somebody wrote, nothing more.
 *
 * Refused, cheapest first: text that is too long; anything but three parts (so JWE and JSON serialisation); parts that are
 * not the canonical base64url of their bytes; bytes that are not strict UTF-8, byte order marks and lone surrogates
 * included; JSON that is not an object, is nested too deeply or names a member twice; and every critical extension.
 */
import { decodeBase64url } from './base64url.ts';
import { deepFreeze } from './deep-freeze.ts';

/** Part of every runtime this runs in, though not of the language. */
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array): string };

/** A JSON object as it was parsed. `__proto__` is a member like any other here, and no prototype. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Why a text is not a compact JWS that anyone should go on with. For logs; a caller on the network is not told. */
export type JwsFault =
  | 'too_long'
  | 'not_compact'
  | 'not_base64url'
  | 'not_utf8'
  | 'not_a_json_object'
  | 'too_deep'
  | 'duplicate_member'
  | 'critical_extension';

/** A compact JWS in its parts, **unverified**. */
export interface CompactJws<Payload> {
  readonly ok: true;
  readonly header: JsonObject;
  readonly payload: Payload;
  /** What the signature covers: the first two parts with the dot between them, all ASCII. */
  readonly signingInput: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** A text that is not a compact JWS that anyone should go on with. */
export interface MalformedJws {
  readonly ok: false;
  readonly reason: JwsFault;
}

const maxDepth = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Reads a `token` of at most `maxLength` characters whose payload must be a JSON object, as a JWT's is (RFC 7519). Never
 * throws.
 */
export function parseCompactJws(token: string, maxLength = 8192): CompactJws<JsonObject> | MalformedJws {
  const jws = splitCompactJws(token, maxLength);
  if (!jws.ok) return jws;
  const payload = parseJsonObject(jws.payload);
  if (typeof payload === 'string') return fault(payload);
  const { header, signingInput, signature } = jws;
  return { ok: true, header, payload, signingInput, signature };
}

/** The same for a payload of any bytes. */
export function splitCompactJws(token: string, maxLength = 8192): CompactJws<Uint8Array<ArrayBuffer>> | MalformedJws {
  if (typeof token !== 'string') return fault('not_compact');
  if (token.length > maxLength) return fault('too_long');
  const firstDot = token.indexOf('.');
  const secondDot = token.indexOf('.', firstDot + 1);
  const isCompact = firstDot > 0 && secondDot > 0 && secondDot < token.length - 1;
  if (!isCompact || token.includes('.', secondDot + 1)) return fault('not_compact');
  const payload = decodeBase64url(token.slice(firstDot + 1, secondDot));
  const signature = decodeBase64url(token.slice(secondDot + 1));
  if (!payload || !signature) return fault('not_base64url');
  const header = parseHeader(token.slice(0, firstDot));
  if (typeof header === 'string') return fault(header);
  return { ok: true, header, payload, signingInput: token.slice(0, secondDot), signature };
}

/** The header that was read last. One key signs many tokens, and all of them begin alike. */
let lastHeader: { readonly part: string; readonly header: JsonObject } | undefined;

function parseHeader(part: string): JsonObject | JwsFault {
  if (lastHeader?.part === part) return lastHeader.header;
  const bytes = decodeBase64url(part);
  const header = bytes === undefined ? 'not_base64url' : parseJsonObject(bytes);
  if (typeof header === 'string') return header;
  // No extension is understood here, so every critical one is a reason to stop (RFC 7515 section 4.1.11). `b64` alone
  // would have other readers check a signature over other bytes (RFC 7797 section 7).
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) return 'critical_extension';
  // Frozen, since it may be handed out again.
  lastHeader = { part, header: deepFreeze(header) };
  return header;
}

function fault(reason: JwsFault): MalformedJws {
  return { ok: false, reason };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The JSON object in `bytes`, or why there is none that two readers would understand alike: strict UTF-8 without a byte
 * order mark, nested at most 32 deep, each member of each object once.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | JwsFault {
  const text = decodeUtf8(bytes);
  if (text === undefined || text.startsWith('\ufeff')) return 'not_utf8';
  const members = countMembers(text);
  if (members === undefined) return 'too_deep';
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not_a_json_object';
  // JSON.parse keeps the last of two members of one name, however the names were escaped: it then has fewer than the text.
  const isEachOnce = Object.keys(value).length === members || countAllMembers(value) === members;
  if (!isEachOnce) return 'duplicate_member';
  return text.includes('\\u') && !isWellFormed(value) ? 'not_utf8' : (value as JsonObject);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const quote = 0x22;
const colon = 0x3a;
const backslash = 0x5c;

/** How many members the objects of a JSON text have, or `undefined` where the text is nested too deeply. */
function countMembers(text: string): number | undefined {
  let depth = 0;
  let members = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index);
    else if (code === colon) members += 1;
    else depth += nesting(code);
    if (depth > maxDepth) return undefined;
  }
  return members;
}

/** The same of the value that was made of it. */
function countAllMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value);
  return inside.reduce<number>((sum, each) => sum + countAllMembers(each), Array.isArray(value) ? 0 : inside.length);
}

/** Where the string that opens at `start` ends; the end of the text where it does not. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** Whether an odd number of backslashes stands before `index`. */
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (index - first) % 2 === 1;
}

/** `{` and `[` open a level, `}` and `]` close one. */
function nesting(code: number): number {
  if (code === 0x7b || code === 0x5b) return 1;
  return code === 0x7d || code === 0x5d ? -1 : 0;
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !loneSurrogate.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => isWellFormed(name) && isWellFormed(member));
}
