import type { WindowPolicy } from '../policy.js';

/**
 * One script for all that is done to a key, so that a server learns one hash.
 *
 * A key holds: the time of the last write; of the first policy the units in all and of the newest step; until when the
 * short way may be taken (0 = never), the end of its TTL and the limit there; what the server's clock has to be moved on
 * by; the id of all policies and their number. Then per policy its id, its newest step, the units in all and of the
 * newest step (those of the first are in front), and, as MessagePack, the steps before it, oldest first, by how many steps
 * they are older, with their units (steps without a unit take no room). At the end the leases (name, end).
 *
 * The short way: one policy, no leases, and the step is still the same, so that nothing can have left the window. Then
 * 16 bytes change, and the rest is not made anew.
 *
 * Time is the server's. Where it has stepped back since the last write, time stands still for that call and goes on
 * from there: the difference is kept with the key. A step forward counts as time passed.
 *
 * ARGV: the id of all policies, and in one string, per policy: id, limit, scale, unit, span; cost, if not 1; then, where
 * it is not a plain charge: what (consume, peek, refund, release, reset), at (−1 = unknown), countRejected, slots, lease,
 * lease TTL.
 * Reply: allowed, the time, slot denied, then per policy: what remains, time until the cost fits (−1 = never). By the
 * short way: the time and what remains.
 */
export const WINDOW_SCRIPT = `
local call, floor, unpack, pack = redis.call, math.floor, struct.unpack, struct.pack
local key, cost = KEYS[1], tonumber(ARGV[3] or 1)
local raw = call('GET', key)
local clock = call('TIME')
local now = clock[1] * 1000 + floor(clock[2] / 1000)
local offset, dirty, stored, firstTotal, firstNewest = 0, false, 0, 0, 0

if raw then
  local last, fresh, expiry, limit, all
  last, firstTotal, firstNewest, fresh, expiry, limit, offset, all, stored = unpack('<dI4I4ddI4dI4B', raw)
  now = now + offset
  if now < fresh and now >= last and not ARGV[4] and firstTotal + cost <= limit and all == tonumber(ARGV[1]) then
    call('SETRANGE', key, '0', pack('<dI4I4', now, firstTotal + cost, firstNewest + cost))
    call('PEXPIRE', key, expiry - now)
    return {now, limit - firstTotal - cost}
  end
  if now < last then
    offset, now, dirty = offset + last - now, last, true
  end
end

local what = ARGV[4] or 'consume'
local ceil, tonumber, figures = math.ceil, tonumber, {}
for figure in string.gmatch(ARGV[2], '%S+') do figures[#figures + 1] = tonumber(figure) end
local n, ids, heads, pos = #figures / 5, {}, {}, 50
for j = 1, stored do
  local id, step, total, newest, length
  id, step, total, newest, length, pos = unpack('<I4dI4I4H', raw, pos)
  if j == 1 then
    total, newest = firstTotal, firstNewest
  end
  ids[j], heads[j] = id, {step, total, newest, pos, pos + length - 1}
  pos = pos + length
end

local leases = {}
if raw and #raw >= pos then
  local list = cmsgpack.unpack(string.sub(raw, pos))
  for k = 1, #list, 2 do
    if list[k + 1] > now and not (what == 'release' and list[k] == ARGV[8]) then
      leases[#leases + 1], leases[#leases + 2] = list[k], list[k + 1]
    else
      dirty = true
    end
  end
end

local ttl = 0
local steps, totals, newests, olders, limits = {}, {}, {}, {}, {}
local reply = {1, now, 0}
for i = 1, n do
  local a = i * 5 - 4
  local id, limit, scale, unit, span = figures[a], figures[a + 1], figures[a + 2], figures[a + 3], figures[a + 4]
  local step, total, newest, older = floor(now * scale / unit), 0, 0, ''
  local life = ceil((step + span + 1) * unit / scale) - now
  if life > ttl then ttl = life end

  -- A policy of other steps than those stored has changed: its counts start anew.
  local head = ids[i] == id and heads[i]
  if not head then
    for j = 1, stored do
      if ids[j] == id then head = heads[j] end
    end
  end
  if head and what ~= 'reset' then
    older = string.sub(raw, head[4], head[5])
    if head[1] == step then
      total, newest = head[2], head[3]
    else
      local moved, kept, m = step - head[1], {}, 0
      local list = older ~= '' and cmsgpack.unpack(older) or {}
      for k = 1, #list, 2 do
        local age, units = list[k] + moved, list[k + 1]
        if age < span then
          kept[m + 1], kept[m + 2], m, total = age, units, m + 2, total + units
        end
      end
      if head[3] > 0 and moved < span then
        kept[m + 1], kept[m + 2], m, total = moved, head[3], m + 2, total + head[3]
      end
      older = m > 0 and cmsgpack.pack(kept) or ''
    end
  end

  if what == 'refund' and total > 0 then
    local at, left = tonumber(ARGV[5]), cost
    local age = at >= 0 and step - floor(at * scale / unit)
    local list, kept = older ~= '' and cmsgpack.unpack(older) or {}, {}
    total = 0
    for k = 1, #list, 2 do
      local units = list[k + 1]
      if not age or age == list[k] then
        local taken = units < left and units or left
        units, left = units - taken, left - taken
      end
      if units > 0 then
        kept[#kept + 1], kept[#kept + 2], total = list[k], units, total + units
      end
    end
    if not age or age == 0 then
      newest = newest - (newest < left and newest or left)
    end
    older, total = #kept > 0 and cmsgpack.pack(kept) or '', total + newest
  end

  local left, wait = limit - total, 0
  if cost > left and cost > 0 then
    reply[1], wait = 0, -1
    if cost <= limit then
      local excess, list = cost - left, older ~= '' and cmsgpack.unpack(older) or {}
      for k = 1, #list, 2 do
        excess = excess - list[k + 1]
        if excess <= 0 then
          wait = ceil((step - list[k] + span) * unit / scale) - now
          break
        end
      end
      if excess > 0 then wait = ceil((step + span) * unit / scale) - now end
    end
  end
  reply[2 + 2 * i], reply[3 + 2 * i] = left > 0 and left or 0, wait
  steps[i], totals[i], newests[i], olders[i], limits[i] = step, total, newest, older, limit
end

if what == 'consume' then
  local slots, lease = tonumber(ARGV[7] or 0), ARGV[8]
  if reply[1] == 1 and slots > 0 and lease ~= '' then
    if #leases >= 2 * slots then
      reply[1], reply[3] = 0, 1
    else
      leases[#leases + 1], leases[#leases + 2], dirty = lease, now + tonumber(ARGV[9]), true
    end
  end
  if cost > 0 and (reply[1] == 1 or ARGV[6] == '1') then
    dirty = true
    for i = 1, n do
      local units = cost < limits[i] and cost or limits[i]
      local excess = totals[i] + units - limits[i]
      -- Beyond the limit the oldest units go: only the newest can matter.
      if excess > 0 then
        local list, kept = olders[i] ~= '' and cmsgpack.unpack(olders[i]) or {}, {}
        for k = 1, #list, 2 do
          local taken = list[k + 1] < excess and list[k + 1] or excess
          excess, totals[i] = excess - taken, totals[i] - taken
          if list[k + 1] > taken then
            kept[#kept + 1], kept[#kept + 2] = list[k], list[k + 1] - taken
          end
        end
        newests[i], totals[i] = newests[i] - excess, totals[i] - excess
        olders[i] = #kept > 0 and cmsgpack.pack(kept) or ''
      end
      newests[i], totals[i] = newests[i] + units, totals[i] + units
      local left = reply[2 + 2 * i] - units
      reply[2 + 2 * i] = left > 0 and left or 0
    end
  end
elseif what ~= 'peek' then
  dirty = true
end

if dirty and (raw or what == 'consume') then
  local rest, used = '', #leases > 0
  for i = 1, n do
    if totals[i] > 0 then used = true end
    rest = rest .. pack('<I4dI4I4H', figures[i * 5 - 4], steps[i], totals[i], newests[i], #olders[i]) .. olders[i]
  end
  local fresh = 0
  if #leases > 0 then
    rest = rest .. cmsgpack.pack(leases)
    for k = 2, #leases, 2 do
      if leases[k] - now > ttl then ttl = leases[k] - now end
    end
  elseif n == 1 then
    fresh = ceil((steps[1] + 1) * figures[4] / figures[3])
  end
  if used then
    local head = pack('<dI4I4ddI4dI4B', now, totals[1], newests[1], fresh, now + ttl, limits[1], offset,
      tonumber(ARGV[1]), n)
    call('SET', key, head .. rest, 'PX', ttl)
  else
    call('DEL', key)
  end
end
return reply
`;

/** The arguments that say how policies are counted. A policy's id stands for its steps: with others it starts anew. */
export function policyArguments(policies: readonly WindowPolicy[]): [id: string, figures: string] {
  const figures = policies.map(({ name, maxRequests, scale, unit, span }) =>
    [idOf(`${name} ${scale} ${unit}`), maxRequests, scale, unit, span].join(' '),
  );
  const all = figures.join(' ');
  return [String(idOf(all)), all];
}

/** FNV-1a, 32 bits. */
function idOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
