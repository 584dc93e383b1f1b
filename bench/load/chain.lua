-- The load: what `wrk` sends and does with the answers. Values (refresh tokens, credentials) wait in one queue; each request
-- takes the first, and the value that its answer brings goes to the end. So every session has at most one request under way,
-- and each of its requests carries what the one before has got. Every server is asked in the same way.
--
--   wrk … URL -- VALUES_FILE METHOD PLACE PREFIX [PATTERN]
--
-- PLACE: the media type of a body that ends with the value, or the name of a header; PREFIX stands before the value; PATTERN finds the next
-- value in an answer. Without it the same value is sent again. (Before it starts, wrk asks for one request that it does not
-- send, and the value in it is lost.)

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local queue, first, last = {}, 1, 0
local place, prefix, pattern, inBody
answered, refused, unchained, lastStatus, lastBody = 0, 0, 0, 0, ''

local function push(value)
  last = last + 1
  queue[last] = value
end

local function pop()
  local value = queue[first]
  if value == nil then return nil end
  queue[first] = nil
  first = first + 1
  return value
end

function init(args)
  wrk.method, place, prefix, pattern = args[2], args[3], args[4], args[5]
  for line in io.lines(args[1]) do push(line) end
  inBody = place:find('/') ~= nil
  if inBody then wrk.headers['Content-Type'] = place end
end

function request()
  local value = pop() or 'the-queue-is-empty'
  -- Nobody says whose answer it is that comes; a value that stays the same need not wait for it.
  if not pattern then push(value) end
  if inBody then return wrk.format(nil, nil, nil, prefix .. value) end
  wrk.headers[place] = prefix .. value
  return wrk.format()
end

function response(status, headers, body)
  lastStatus = status
  if status == 200 then answered = answered + 1 else refused = refused + 1 end
  if not pattern then return end
  local value = status == 200 and body:match(pattern)
  if value then push(value) else unchained, lastBody = unchained + 1, body:sub(1, 200) end
end

function done(summary, latency, requests)
  local sum = { answered = 0, refused = 0, unchained = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(sum) do sum[name] = sum[name] + thread:get(name) end
  end
  local errors = summary.errors
  print(string.format(
    'result {"answered":%d,"refused":%d,"unchained":%d,"lost":%d,"timeouts":%d,"micros":%d,"p50":%d,"p99":%d,"max":%d,"lastStatus":%d}',
    sum.answered, sum.refused, sum.unchained, errors.connect + errors.read + errors.write, errors.timeout,
    summary.duration, latency:percentile(50), latency:percentile(99), latency.max, threads[1]:get('lastStatus')))
  local said = threads[1]:get('lastBody')
  if said ~= '' then print('said ' .. said) end
end
