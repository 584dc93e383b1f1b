/**
 * A transcript of requests and answers in which only what has to differ between two runs is replaced: ids and keys by a
 * name for each, in order of their first appearance, so that which one is meant is compared all the same; tokens by what they say;
 * times by their unit.
 */
import { parseRefreshToken } from '../../src/protocol/refresh-token.ts';
import type { Question, RawAnswer } from './ask-raw.ts';

/** Makes the function that writes down one exchange after another. */
export function createTranscript(): (question: Question, answer: RawAnswer) => string {
  const names = new Map<string, string>();
  const nameOf = (kind: string, value: string) => {
    const name = names.get(value) ?? `<${kind} #${names.size + 1}>`;
    names.set(value, name);
    return name;
  };
  return (question, answer) => {
    const { status, statusText, headers, body } = answer;
    const isExact = !body.includes('"cursor"');
    const said = headers.map(([name, value]) => `${name}: ${comparableHeader(name, value, isExact, nameOf)}`);
    const path = question.path
      .replace(/after=.*/, 'after=…')
      .replace(/^\/devices\/(.*)/, (_, device) => `/devices/${names.get(device) ?? device}`);
    return [
      `${question.method} ${path}`,
      `HTTP/1.1 ${status} ${statusText}`,
      ...said,
      '',
      comparableBody(body, nameOf),
    ].join('\n');
  };
}

type NameOf = (kind: string, value: string) => string;

function comparableHeader(name: string, value: string, isExact: boolean, nameOf: NameOf): string {
  if (name.toLowerCase() === 'date') return '<date>';
  if (name.toLowerCase() === 'content-length' && !isExact) return '<length>';
  if (name.toLowerCase() === 'dpop-nonce') return `<nonce, ${value.length} characters>`;
  return (
    value
      .replace(/^\d{13}$/, '<milliseconds>')
      // It counts from the answer, which may fall into the second after the decision.
      .replace(/Max-Age=(\d{3,})/, (_, seconds) => `Max-Age=${Math.round(Number(seconds) / 10) * 10}`)
      .replace(/^(tallystick-\d+)-[\w-]{8}=/, '$1-<end of sid>=')
      .replace(/=(tsr_[\w-]+)/, (_, token) => `=${comparableToken(token, nameOf)}`)
  );
}

const id = /"(device_id|session_id|sid|sub|id|kid|jti|jkt|x|y|cursor|except)":"([^"]+)"/g;
const time =
  /"(access_token_expires_at|refresh_token_expires_at|session_ends_at|created_at|last_used_at|auth_time|iat|exp|head_read_at|before)":(\d{10,13})/g;

function comparableBody(body: string, nameOf: NameOf): string {
  return body
    .replace(/"(access|refresh)_token":"([^"]+)"/g, (_, kind, token) => {
      const said = kind === 'access' ? readable(token) : comparableToken(token, nameOf);
      return `"${kind}_token":"${said}"`;
    })
    .replace(/^id: .*$/m, 'id: <cursor>')
    .replace(id, (_, member, value) => `"${member}":"${nameOf(member, value)}"`)
    .replace(time, (_, member, value) => `"${member}":<${unitOf(member, value)}>`)
    .replace(/"expires_in":\d{3}\b/, '"expires_in":<seconds>');
}

/** Header and claims of a JWT, in the order in which they are signed. */
function readable(jwt: string): string {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  const decoded = [header, claims].map((part) => Buffer.from(part, 'base64url').toString());
  return [...decoded, `${signature.length} characters`].join('.');
}

function comparableToken(token: string, nameOf: NameOf): string {
  const { rootKeyId, sid = '', generation, branch } = parseRefreshToken(token) ?? {};
  return `<tsr_ ${rootKeyId} ${nameOf('sid', sid)} (${generation}, ${branch})>`;
}

function unitOf(member: string, digits: string): string {
  if (digits.length === 13) return 'milliseconds';
  return member === 'last_used_at' && Number(digits) % 3600 === 0 ? 'whole hour' : 'seconds';
}
