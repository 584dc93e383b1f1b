/**
 * The scripts that run inside Redis, each one act on one slot. Those that write first touch every key they are going to
 * write: in a slot that is just being moved, a missing key is an error, and a script is not rolled back. They compare what
 * they change with what was read, and refuse to act on a decision that has become old on its way.
 */
import { createHash } from 'node:crypto';
import { type ColumnName, columnNames } from './rows.ts';

export interface Script {
  readonly source: string;
  readonly digest: string;
}

/** The column of a session's row; Lua counts from one. */
const at = Object.fromEntries(columnNames.map((name, index) => [name, `row[${index + 1}]`])) as Readonly<
  Record<ColumnName, string>
>;

const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end
`;

const put = `
local function put(key, row, endsAt)
  if endsAt == '' then redis.call('SET', key, row) else redis.call('SET', key, row, 'PXAT', endsAt) end
end
`;

const append = `
local function append(feed, entries, channel)
  for _, entry in ipairs(entries) do
    redis.call('XADD', feed, '0-*', 'e', entry, 't', time[1] .. string.format('%06d', time[2]))
  end
  if #entries > 0 then redis.pcall('PUBLISH', channel, '') end
end
`;

/** Everything of one user: fields, then the rows of the sessions that the fields name. */
const subject = `
local function read(key, sessions)
  local fields, rows = redis.call('HGETALL', key), {}
  for index = 1, #fields, 2 do
    if string.sub(fields[index], 1, 2) == 's:' then
      local sid = string.sub(fields[index], 3)
      rows[#rows + 1] = sid
      rows[#rows + 1] = redis.call('GET', sessions .. sid)
    end
  end
  return fields, rows
end
local function digest(...)
  local parts = {}
  for _, list in ipairs({...}) do
    for index = 1, #list, 2 do parts[#parts + 1] = cjson.encode({list[index], list[index + 1]}) end
  end
  table.sort(parts)
  return redis.sha1hex(table.concat(parts))
end
`;

function script(...parts: readonly string[]): Script {
  const source = parts.join('');
  return { source, digest: createHash('sha1').update(source).digest('hex') };
}

/** KEYS: row. Gives the clock and the row. */
export const readSession: Script = script(clock, `return {now, redis.call('GET', KEYS[1])}`);

/**
 * The plain rotation (see `PlainRotation`). KEYS: row. ARGV: generation, branch, client, key, deadline, window, inactivity
 * timeout, address, agent, not after; empty for null. Gives the clock, the row as it was, and where it was rotated also the
 * row as it is now, and whether it had been used in this hour before. Numbers keep 14 digits, which all of them have at most.
 */
export const rotateSession: Script = script(
  clock,
  put,
  `
local raw = redis.call('GET', KEYS[1])
if not raw then return {now, raw} end
local row, null = cjson.decode(raw), cjson.null
local generation, branch = tonumber(ARGV[1]), tonumber(ARGV[2])
local applies = now <= tonumber(ARGV[10])
  and (ARGV[5] == '' or now <= tonumber(ARGV[5]))
  and (${at.keyThumbprint} == null or ${at.keyThumbprint} == ARGV[4])
  and (ARGV[3] == '' or ${at.clientId} == ARGV[3])
  and ${at.revokedAt} == null
  and (${at.inactivityEndsAt} == null or now < ${at.inactivityEndsAt})
  and (${at.absoluteEndsAt} == null or now < ${at.absoluteEndsAt})
  and ${at.generation} == generation and branch <= ${at.branch}
  and (${at.changedAt} == null or math.abs(now - ${at.changedAt}) >= tonumber(ARGV[6]))
if not applies then return {now, raw} end
local before = ${at.changedAt}
local isFirst = before == null or math.floor(before / 3600000) ~= math.floor(now / 3600000)
${at.generation}, ${at.branch} = generation + 1, 0
${at.grandparentBranch}, ${at.parentBranch} = ${at.parentBranch}, branch
${at.changedAt} = now
${at.inactivityEndsAt} = ARGV[7] == '' and null or math.floor((now + ARGV[7]) / 1000) * 1000
${at.lastAddress}, ${at.lastAgent} = ARGV[8], ARGV[9]
local inactivity, absolute = ${at.inactivityEndsAt}, ${at.absoluteEndsAt}
if inactivity == null then inactivity = math.huge end
if absolute == null then absolute = math.huge end
local endsAt = math.min(inactivity, absolute)
local next = cjson.encode(row)
put(KEYS[1], next, endsAt == math.huge and '' or text(endsAt))
return {now, raw, next, isFirst and 1 or 0}
`,
);

/**
 * KEYS: row, feed where there are entries, user where the row is new. ARGV: the row as read, or empty; not after; the next
 * row; its end; entries; channel; the user's field and its value. Gives the clock, the row there is where it is another than
 * the one read, and 1 where it was written.
 */
export const writeSession: Script = script(
  clock,
  put,
  append,
  `
local raw = redis.call('GET', KEYS[1])
if now > tonumber(ARGV[2]) or (raw or '') ~= ARGV[1] then return {now, raw, 0} end
for _, key in ipairs(KEYS) do redis.call('EXISTS', key) end
put(KEYS[1], ARGV[3], ARGV[4])
if KEYS[3] then redis.call('HSET', KEYS[3], ARGV[7], ARGV[8]) end
append(KEYS[2], cjson.decode(ARGV[5]), ARGV[6])
return {now, raw, 1}
`,
);

/** KEYS: user. ARGV: a field and its value, which is only to be changed. */
export const changeField: Script = script(
  `if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end`,
);

/** KEYS: user. ARGV: where rows are. Gives the clock, a digest of what was read, fields, rows. */
export const readSubject: Script = script(
  clock,
  subject,
  `
local fields, rows = read(KEYS[1], ARGV[1])
return {now, digest(fields, rows), fields, rows}
`,
);

/**
 * KEYS: user, feed. ARGV: where rows are, the digest as read, not after, channel, and as JSON what is to be set, removed,
 * put and told. Gives 1 where it was written.
 */
export const writeSubject: Script = script(
  clock,
  subject,
  put,
  append,
  `
if now > tonumber(ARGV[3]) or digest(read(KEYS[1], ARGV[1])) ~= ARGV[2] then return 0 end
local write = cjson.decode(ARGV[5])
for _, key in ipairs(KEYS) do redis.call('EXISTS', key) end
for _, row in ipairs(write.rows) do redis.call('EXISTS', ARGV[1] .. row[1]) end
for _, row in ipairs(write.rows) do put(ARGV[1] .. row[1], row[2], row[3]) end
for _, name in ipairs(write.remove) do redis.call('HDEL', KEYS[1], name) end
for _, field in ipairs(write.set) do redis.call('HSET', KEYS[1], field[1], field[2]) end
append(KEYS[2], write.entries, ARGV[4])
return 1
`,
);

/**
 * KEYS: names. ARGV: name, shard tag, subject, the claim that may be replaced. Gives the clock and the claim that stands in
 * the way; without one, the name is now this user's.
 */
export const claimName: Script = script(
  clock,
  `
local first, last = '[' .. ARGV[1] .. '\\0', '(' .. ARGV[1] .. '\\1'
local found = redis.call('ZRANGEBYLEX', KEYS[1], first, last, 'LIMIT', 0, 1)[1]
if found and found ~= ARGV[4] then return {now, found} end
if found then redis.call('ZREM', KEYS[1], found) end
redis.call('ZADD', KEYS[1], 0, ARGV[1] .. '\\0' .. text(now) .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
return {now}
`,
);

/** KEYS: feed. ARGV: how many at most. Removes entries that nobody needs; gives how many. The newest stays. */
export const trimFeed: Script = script(
  clock,
  `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not newest then return 0 end
local over = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '(' .. newest[1], 'COUNT', ARGV[1])) do
  if cjson.decode(entry[2][2])[2] < now then over[#over + 1] = entry[1] end
end
return #over == 0 and 0 or redis.call('XDEL', KEYS[1], unpack(over))
`,
);

/**
 * What is counted under a key, without what is over and without the attempt that is named first in ARGV: how many failures,
 * until when they count, and the attempts under way as pairs of id and end.
 */
const counted = `
local raw = redis.call('GET', KEYS[1])
local failures, failuresUntil, underWay = 0, 0, {}
if raw then
  local row = cjson.decode(raw)
  if row[2] > now then failures, failuresUntil = row[1], row[2] end
  for _, attempt in ipairs(row[3]) do
    if attempt[2] > now and attempt[1] ~= ARGV[1] then underWay[#underWay + 1] = attempt end
  end
end
local function keep()
  local last = failuresUntil
  for _, attempt in ipairs(underWay) do last = math.max(last, attempt[2]) end
  if last == 0 then return redis.call('DEL', KEYS[1]) end
  redis.call('SET', KEYS[1], cjson.encode({failures, failuresUntil, underWay}), 'PXAT', text(last))
end
`;

/**
 * KEYS: attempts. ARGV: id, limit, how long it is held. Gives 1 where it was admitted, else 0, and for how long it is refused,
 * which is 0 where it is not.
 */
export const startAttempt: Script = script(
  clock,
  counted,
  `
local limit = tonumber(ARGV[2])
if failures >= limit then return {0, failuresUntil - now} end
if failures + #underWay >= limit then return {0, 0} end
underWay[#underWay + 1] = {ARGV[1], now + ARGV[3]}
keep()
return {1, 0}
`,
);

/** KEYS: attempts. ARGV: id, outcome, how long a failure counts. */
export const endAttempt: Script = script(
  clock,
  counted,
  `
if ARGV[2] == 'passed' then failures, failuresUntil = 0, 0 end
if ARGV[2] == 'failed' then
  if failures == 0 then failuresUntil = now + ARGV[3] end
  failures = failures + 1
end
keep()
`,
);

/**
 * KEYS: the store's not-before. ARGV: by how much; the latest clock of all servers. Raises it past the clocks and what it was;
 * gives what it is then.
 */
export const raiseNotBefore: Script = script(
  clock,
  `
local raised = math.max(now, tonumber(ARGV[2]), tonumber(redis.call('GET', KEYS[1]) or '0')) + tonumber(ARGV[1])
redis.call('SET', KEYS[1], text(raised))
return raised
`,
);

/** KEYS: mark. Writes; gives the clock, how many replicas are up, and which history this is. */
export const mark: Script = script(
  clock,
  `
redis.call('SET', KEYS[1], '1', 'PX', 60000)
local info = redis.call('INFO', 'replication')
local _, replicas = string.gsub(info, 'state=online', '')
return {now, replicas, string.match(info, 'master_replid:(%x+)')}
`,
);
