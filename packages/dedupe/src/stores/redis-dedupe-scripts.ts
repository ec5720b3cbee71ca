import { RedisScript } from '@spark-perf/core/redis';

// A hash per id: s state, t owner's token, f fingerprint, l lease end, p orphan policy, r retention (of an unknown
// outcome), o outcome, v visible until, x shared until. Times are Redis's own, in milliseconds. Every key has a TTL.
const NOW = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key = KEYS[1]
`;

/** ARGV: token, fingerprint, lease, orphan policy, retention, token that was followed (or ''), channel, id. */
export const CLAIM = new RedisScript(`${NOW}
local token, fingerprint, lease, policy, retention = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local function take(orphaned)
  redis.call('DEL', key)
  redis.call('HSET', key, 's', 'claimed', 't', token, 'f', fingerprint, 'l', now + lease, 'p', policy, 'r', retention)
  -- Outlives its lease, so that a vanished owner is noticed.
  redis.call('PEXPIRE', key, lease + math.max(retention, lease))
  return {'claimed', orphaned}
end
local h = redis.call('HMGET', key, 's', 't', 'f', 'l', 'p', 'r', 'o', 'v', 'x')
local state = h[1]
if not state then return take(0) end
if state == 'completed' or state == 'failed' then
  local untilTime = tonumber(h[2] == ARGV[6] and h[9] or h[8])
  if untilTime <= now then return take(0) end
end
if h[3] ~= fingerprint then return {'mismatch'} end
if state == 'completed' or state == 'failed' then return {'settled', h[7]} end
if state == 'unknown' then return {'unknown', 0} end
local remaining = tonumber(h[4]) - now
if remaining > 0 then return {'inFlight', h[2], remaining} end
if h[5] == 'rerun' then return take(1) end
redis.call('DEL', key)
redis.call('HSET', key, 's', 'unknown', 'f', h[3])
redis.call('PEXPIRE', key, math.max(1, tonumber(h[6])))
redis.call('PUBLISH', ARGV[7], ARGV[8])
return {'unknown', 1}`);

/** ARGV: token, lease. */
export const RENEW = new RedisScript(`${NOW}
local h = redis.call('HMGET', key, 's', 't', 'r')
if h[1] ~= 'claimed' or h[2] ~= ARGV[1] then return 0 end
local lease = tonumber(ARGV[2])
redis.call('HSET', key, 'l', now + lease)
redis.call('PEXPIRE', key, lease + math.max(tonumber(h[3]), lease))
return 1`);

/** ARGV: token, outcome, retention, shareFor, channel, id. */
export const SETTLE = new RedisScript(`${NOW}
local h = redis.call('HMGET', key, 's', 't')
if h[1] ~= 'claimed' or h[2] ~= ARGV[1] then return 0 end
local retention, share = tonumber(ARGV[3]), math.max(tonumber(ARGV[3]), tonumber(ARGV[4]))
redis.call('HDEL', key, 'l', 'p', 'r')
redis.call('HSET', key, 's', retention > 0 and 'completed' or 'failed', 'o', ARGV[2],
  'v', now + retention, 'x', now + share)
redis.call('PEXPIRE', key, math.max(1, share))
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1`);

/** ARGV: token, channel, id. */
export const RELEASE = new RedisScript(`local key = KEYS[1]
local h = redis.call('HMGET', key, 's', 't')
if h[1] ~= 'claimed' or h[2] ~= ARGV[1] then return 0 end
redis.call('DEL', key)
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1`);
