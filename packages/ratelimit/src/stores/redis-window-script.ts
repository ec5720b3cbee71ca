import type { WindowPolicy } from '../policy.js';

/**
 * One script for all that is done to a key, so that a server learns one hash.
 *
 * A key holds, as MessagePack: the time of the last write, what the server's clock has to be moved on by, the leases
 * (name, end), and per policy its scale and unit, then its entries, oldest first: how many steps each is older than the
 * newest step, and its units. Before that stands the newest step. Buckets without a unit take no room.
 *
 * Time is the server's. Where it has stepped back since the last write, time stands still for that call and goes on
 * from there: the difference is kept with the key. A step forward counts as time passed.
 *
 * ARGV: what (consume, peek, refund, release, reset), cost, at (−1 = unknown), countRejected, slots, lease, lease TTL,
 * then per policy: limit, scale, unit, span.
 * Reply: allowed, the time, slot denied, then per policy: what remains, time until the cost fits (−1 = never).
 */
export const WINDOW_SCRIPT = `
local what, cost, at = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local countRejected, slots, lease, leaseTTL = ARGV[4] == '1', tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7])
local floor, ceil = math.floor, math.ceil
local unpacked

local raw = redis.call('GET', KEYS[1])
if raw then unpacked = cmsgpack.unpack(raw) end
local clock = redis.call('TIME')
local server = clock[1] * 1000 + floor(clock[2] / 1000)
local offset, changed = 0, false
if unpacked then
  offset = unpacked[2]
  if server + offset < unpacked[1] then
    offset = unpacked[1] - server
    changed = true
  end
end
local now = server + offset

local leases = {}
if unpacked then
  local old = unpacked[3]
  for i = 1, #old, 2 do
    if old[i + 1] > now and not (what == 'release' and old[i] == lease) then
      leases[#leases + 1] = old[i]
      leases[#leases + 1] = old[i + 1]
    else
      changed = true
    end
  end
end

local reply = {1, now, 0}
local states, ttl = {}, 0
local p = 0
for a = 8, #ARGV, 4 do
  p = p + 1
  local limit, scale, unit = tonumber(ARGV[a]), tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  local span = tonumber(ARGV[a + 3])
  local step = floor(now * scale / unit)
  local life = ceil((step + span + 1) * unit / scale) - now
  if life > ttl then ttl = life end
  local state = {scale = scale, unit = unit, limit = limit, step = step, steps = {}, units = {}, total = 0}
  local old = unpacked and what ~= 'reset' and unpacked[3 + p]
  -- Other steps than today's: the policy has changed, and its counts start anew.
  if old and old[1] == scale and old[2] == unit then
    local newest = old[3]
    for i = 4, #old, 2 do
      local s, u = newest - old[i], old[i + 1]
      if step - s < span then
        if what == 'refund' and (at < 0 or s == floor(at * scale / unit)) then
          local left = state.refund or cost
          local taken = u < left and u or left
          u = u - taken
          state.refund = left - taken
        end
        if u > 0 then
          local n = #state.steps + 1
          state.steps[n], state.units[n] = s, u
          state.total = state.total + u
        end
      end
    end
  end
  local left, wait = limit - state.total, 0
  if left < 0 then left = 0 end
  if state.total + cost > limit then
    reply[1] = 0
    wait = -1
    if cost <= limit then
      local excess = state.total + cost - limit
      for i = 1, #state.steps do
        excess = excess - state.units[i]
        if excess <= 0 then
          wait = ceil((state.steps[i] + span) * unit / scale) - now
          break
        end
      end
    end
  end
  reply[#reply + 1] = left
  reply[#reply + 1] = wait
  states[p] = state
end

if what == 'consume' then
  if reply[1] == 1 and slots > 0 and lease ~= '' then
    if #leases / 2 >= slots then
      reply[1], reply[3] = 0, 1
    else
      leases[#leases + 1] = lease
      leases[#leases + 1] = now + leaseTTL
      changed = true
    end
  end
  if cost > 0 and (reply[1] == 1 or countRejected) then
    changed = true
    for i, state in ipairs(states) do
      local units = cost < state.limit and cost or state.limit
      local n = #state.steps
      if n > 0 and state.steps[n] == state.step then
        state.units[n] = state.units[n] + units
      elseif units > 0 then
        state.steps[n + 1], state.units[n + 1] = state.step, units
      end
      -- Beyond the limit the oldest units go: only the newest can matter.
      local excess, first = state.total + units - state.limit, 1
      while excess > 0 and state.units[first] do
        local taken = state.units[first] < excess and state.units[first] or excess
        state.units[first] = state.units[first] - taken
        excess = excess - taken
        if state.units[first] == 0 then first = first + 1 end
      end
      state.first = first
      local left = reply[2 + 2 * i] - units
      reply[2 + 2 * i] = left > 0 and left or 0
    end
  end
elseif what ~= 'peek' then
  changed = true
end

if changed and (raw or what == 'consume') then
  local stored, isEmpty = {now, offset, leases}, #leases == 0
  for i, state in ipairs(states) do
    local list, n = {state.scale, state.unit, state.step}, 3
    for k = state.first or 1, #state.steps do
      list[n + 1], list[n + 2] = state.step - state.steps[k], state.units[k]
      n = n + 2
    end
    if n > 3 then isEmpty = false end
    stored[3 + i] = list
  end
  for i = 2, #leases, 2 do
    if leases[i] - now > ttl then ttl = leases[i] - now end
  end
  if isEmpty then
    redis.call('DEL', KEYS[1])
  else
    redis.call('SET', KEYS[1], cmsgpack.pack(stored), 'PX', ttl)
  end
end
return reply
`;

/** The arguments that say how a policy is counted. */
export function policyArguments({ maxRequests, scale, unit, span }: WindowPolicy): number[] {
  return [maxRequests, scale, unit, span];
}
