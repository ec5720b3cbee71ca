import { RedisScript } from '@spark-perf/core/redis';

/**
 * Shared by the scripts that write an entry. The generation is Redis's time in µs, or one more than the one before it
 * where the clock has not moved on or was set back: it only ever grows while the key exists.
 */
const WRITE_LUA = `
local function head(key)
  local h = redis.call('GETRANGE', key, 0, 24)
  if #h < 25 then return 0, '' end
  return tonumber(string.sub(h, 2, 17)) or 0, string.sub(h, 18, 25)
end
local function put(key, old, wanted, origin, kind, body, px, channel, message)
  local g = wanted
  if g == 0 then
    local t = redis.call('TIME')
    g = tonumber(t[1]) * 1000000 + tonumber(t[2])
  end
  if g <= old then g = old + 1 end
  local gs = string.format('%016.0f', g)
  redis.call('SET', key, kind .. gs .. origin .. body, 'PX', px)
  if channel ~= '' then redis.call('PUBLISH', channel, message .. gs) end
  return gs
end
`;

/** KEYS: entry. The time of the node that it is on, in µs. */
export const timeScript = new RedisScript(`
local t = redis.call('TIME')
return t[1] .. string.format('%06d', tonumber(t[2]))`);

/** KEYS: entry. ARGV: origin, kind, body, px, channel, message. */
export const writeScript = new RedisScript(`${WRITE_LUA}
local old = head(KEYS[1])
return put(KEYS[1], old, 0, ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6])`);

/**
 * KEYS: entry, lease. ARGV: origin, body, px, expected generation, token or '', generation or 0.
 * A lease that somebody else holds means that ours has run out while we stalled.
 */
export const fillScript = new RedisScript(`${WRITE_LUA}
local old = head(KEYS[1])
if old ~= tonumber(ARGV[4]) then return '0' end
if ARGV[5] ~= '' then
  local holder = redis.call('GET', KEYS[2])
  if holder and holder ~= ARGV[5] then return '0' end
end
return put(KEYS[1], old, tonumber(ARGV[6]), ARGV[1], 'v', ARGV[2], ARGV[3], '', '')`);

/** KEYS: entry. ARGV: origin, kind, body, px, channel, message, cutoff, soft, tombstone px. */
export const replayScript = new RedisScript(`${WRITE_LUA}
local old, writer = head(KEYS[1])
if old > tonumber(ARGV[7]) and writer ~= ARGV[1] then
  if ARGV[8] == '1' then return '0' end
  put(KEYS[1], old, 0, ARGV[1], 't', '', ARGV[9], ARGV[5], ARGV[6])
  return '0'
end
return put(KEYS[1], old, 0, ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6])`);

/**
 * The versions of all tags are one hash, so that they are lost together or not at all: \`c\` the clock, \`b\` the base.
 * Where it is missing both start at Redis's time, above all that was there before.
 */
const VERSIONS_LUA = `
local function ensure(key, ttl)
  if redis.call('HEXISTS', key, 'c') == 0 then
    local t = redis.call('TIME')
    local now = string.format('%.0f', tonumber(t[1]) * 1000000 + tonumber(t[2]))
    redis.call('HSET', key, 'c', now, 'b', now)
  end
  redis.call('PEXPIRE', key, ttl)
end
`;

/** KEYS: versions. ARGV: ttl, fields. For a hash that is not there yet, and to keep it alive. */
export const versionsScript = new RedisScript(`${VERSIONS_LUA}
ensure(KEYS[1], ARGV[1])
return redis.call('HMGET', KEYS[1], unpack(ARGV, 2))`);

/**
 * KEYS: versions. ARGV: ttl, most fields, channel, message, fields. With too many fields all tags are forgotten, and
 * all that began before is invalid.
 */
export const bumpScript = new RedisScript(`${VERSIONS_LUA}
ensure(KEYS[1], ARGV[1])
local c = redis.call('HINCRBY', KEYS[1], 'c', 1)
local cs = string.format('%.0f', c)
if redis.call('HLEN', KEYS[1]) + #ARGV - 4 > tonumber(ARGV[2]) then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'c', cs, 'b', cs)
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
for i = 5, #ARGV do redis.call('HSET', KEYS[1], ARGV[i], cs) end
redis.call('PUBLISH', ARGV[3], ARGV[4] .. cs)
return cs`);

/** KEYS: lease, entry. ARGV: token, lease. Returns whether it was taken, and the entry as it is then. */
export const claimScript = new RedisScript(`
local ok = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
return { ok and 1 or 0, redis.call('GET', KEYS[2]) }`);

/** KEYS: lease. ARGV: token, lease. */
export const renewScript = new RedisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);

/** KEYS: lease. ARGV: token, channel, message. */
export const surrenderScript = new RedisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('PUBLISH', ARGV[2], ARGV[3])
end
return 0`);
