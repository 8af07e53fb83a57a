import { redisScript } from '@sluice/redis';

/**
 * Time is Redis's own: whoever counts together must agree about it. Numbers are written with `%.0f`, because Lua would round
 * what it prints. Redis 5 or newer lets a script write after it has asked for the time.
 */
const clock = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function whole(n) return string.format('%.0f', n) end
`;

/** A window as a hash: when it ends (ms), and the hits in it. ARGV: limit, length (ms), cost. */
export const hitFixed = redisScript(`${clock}
local limit, length, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local w = redis.call('HMGET', KEYS[1], 'e', 'n')
local ends, used = tonumber(w[1]), tonumber(w[2])
if not ends or ends <= now then ends = now + length; used = 0 end
local left = limit - used - cost
if cost > 0 and left >= 0 then
  used = used + cost
  redis.call('HSET', KEYS[1], 'e', whole(ends), 'n', whole(used))
  redis.call('PEXPIREAT', KEYS[1], whole(ends))
end
return {left, ends - now, ends, used, 0}
`);

/** Adds hits that have passed already to the window that ends at ARGV[1] (ms); ARGV[2]: how many. */
export const addFixed = redisScript(`${clock}
local id, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local w = redis.call('HMGET', KEYS[1], 'e', 'n')
local ends, used = tonumber(w[1]), tonumber(w[2])
if id <= now or (ends and ends > now and ends ~= id) then return false end
if ends ~= id then used = 0 end
used = used + cost
redis.call('HSET', KEYS[1], 'e', whole(id), 'n', whole(used))
redis.call('PEXPIREAT', KEYS[1], whole(id))
return {0, id - now, id, used, 0}
`);

/**
 * Two intervals as a hash: the number of the newer one, its hits, and those of the one before. A clock that has gone back a
 * little (another server has taken over) must not end an interval twice.
 */
const intervals = `${clock}
local function at(length)
  local w = redis.call('HMGET', KEYS[1], 'i', 'n', 'p')
  local interval, last, n, p = math.floor(now / length), tonumber(w[1]), tonumber(w[2]), tonumber(w[3])
  if last == interval + 1 then interval = last; now = last * length end
  if last == interval - 1 then p = n; n = 0 elseif last ~= interval then p = 0; n = 0 end
  return interval, n, p
end
local function keep(length, interval, n, p)
  redis.call('HSET', KEYS[1], 'i', whole(interval), 'n', whole(n), 'p', whole(p))
  redis.call('PEXPIRE', KEYS[1], whole(length * 2))
end
`;

/** ARGV: limit, length (ms), cost. */
export const hitSliding = redisScript(`${intervals}
local limit, length, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local interval, n, p = at(length)
local elapsed = now - interval * length
local left = limit - math.ceil(p * (1 - elapsed / length)) - n - cost
if cost > 0 and left >= 0 then
  n = n + cost
  keep(length, interval, n, p)
end
return {left, length - elapsed, interval, n, p}
`);

/** Adds hits that have passed already to interval ARGV[1]; ARGV[2]: how many, ARGV[3]: length (ms). */
export const addSliding = redisScript(`${intervals}
local id, cost, length = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local interval, n, p = at(length)
if id == interval then n = n + cost elseif id == interval - 1 then p = p + cost else return false end
keep(length, interval, n, p)
return {0, (interval + 1) * length - now, interval, n, p}
`);

/** A bucket as the time (microseconds) at which it is empty. ARGV: microseconds of a hit, burst, cost. */
export const hitBucket = redisScript(`
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local each, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local free = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local next = free + each * cost
local left = math.floor(burst + 1 - (next - now) / each + 0.000001)
if left < 0 or cost == 0 then return {left, 0} end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', string.format('%.0f', math.ceil((next - now) / 1000) + 1000))
return {left, free - now}
`);

/** What is under way as a sorted set: who, and until when (ms) nobody need ask. ARGV: how many may, lease (ms), who. */
export const enterPlace = redisScript(`${clock}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now))
local count = redis.call('ZCARD', KEYS[1]) + 1
if count <= tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], whole(now + ARGV[2]), ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return count
`);

/** How many are under way. */
export const countPlaces = redisScript(`${clock}
return redis.call('ZCOUNT', KEYS[1], whole(now + 1), '+inf')
`);

/** Those who are still under way say so. ARGV: lease (ms), who ... */
export const renewPlaces = redisScript(`${clock}
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], whole(now + ARGV[1]), ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return #ARGV - 1
`);
