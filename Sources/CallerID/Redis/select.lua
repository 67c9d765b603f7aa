-- Decides which number a call shows.
--
-- ARGV from 5: campaign (escaped), significant digits of the destination, agent, holder, whether it repeats (1 or 0),
-- DESTINATION|AGENT, the JSON of the reservation without number and time.
-- Replies: ok, NUMBER, AREA CODE, CARRIER, SECONDS, TIER, TIME; again, NUMBER, AREA CODE, CARRIER, SECONDS;
-- rate, SECONDS; none, REASON, SECONDS; clock, TIME; away.
local campaign, digits, agent, holder, repeats = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9] == '1'
local c = {}
local request = repeats and ARGV[1] .. 'cid:req:' .. holder
local refusal = begin(c, ARGV, request)
if refusal then return refusal end
if not c.generation then return {'away'} end

if c.answer then
    local last, number, asked = c.answer:match('^(%d+)|(%d+)|(.*)$')
    if last and tonumber(last) > c.now and asked == ARGV[10] then
        local e = load(c, number)
        if e then
            return {'again', number, e.area, e.carrier, math.max(math.ceil((e.reserved - c.now) / 1000000), 0)}
        end
    end
end

if c.rate > 0 then
    local key = c.prefix .. 'rate_limit:' .. agent
    local requests = redis.call('INCR', key)
    if requests == 1 then
        expire(c, key, 60)
    elseif requests > c.rate then
        return {'rate', seconds_left(c, key)}
    end
end

bring_back(c, STEP)

-- The steps of the search: pool and area code, pool, area code, any; each only where it has numbers.
local scopes = {}
local function add_pool(pool)
    for length in c.lengths:gmatch('%d') do
        scopes[#scopes + 1] = 'ready:' .. pool .. ':' .. digits:sub(1, tonumber(length))
    end
    scopes[#scopes + 1] = 'ready:' .. pool
end
if campaign ~= '' then add_pool(campaign) end
add_pool('')
local totals = redis.call('HMGET', c.prefix .. 'cid:total', unpack(scopes))
local tiers = {}
local has_numbers = false
local function add_tiers(first, area, all)
    for index = first, first + #c.lengths - 1 do
        if totals[index] then
            tiers[#tiers + 1] = {name = area, scope = scopes[index]}
            break
        end
    end
    local whole = first + #c.lengths
    if totals[whole] then
        has_numbers = true
        if not c.strict then tiers[#tiers + 1] = {name = all, scope = scopes[whole]} end
    end
end
if campaign ~= '' then add_tiers(1, 'pool_area', 'pool') end
add_tiers(#scopes - #c.lengths, 'area', 'any')

local e, tier = take_free(c, tiers)
if not e and c.shares then
    for _, step in ipairs(tiers) do
        local first = redis.call('ZRANGE', c.prefix .. 'cid:held:' .. step.scope, 0, 0)
        e = first[1] and load(c, first[1]:sub(11))
        if e then
            tier = step.name
            take_out(c, e)
            forget(c, e)
            break
        end
    end
end

if not e then
    -- The number that is free first; only the first 1000 that wait are looked at, so with more of them the one found
    -- may be missing, and the reason is then `inactive` as if none waited.
    local order = {}
    for index, step in ipairs(tiers) do order[step.scope] = index end
    local best, best_end, best_step, best_kind
    for _, entry in ipairs(redis.call('ZRANGE', c.prefix .. 'cid:wait', 0, LONG_STEP - 1)) do
        local name, kind, last, list = entry:match('^(%d+)|(%a)%d|(%d+)|%d+|(.*)$')
        last = tonumber(last)
        if best and last > best_end and not c.shares then break end
        local step
        for scope in list:gmatch('[^,]+') do
            local index = order[scope]
            if index and (not step or index < step) then step = index end
        end
        local is_first = step and (not best or last < best_end)
        if step and best and last == best_end then
            is_first = step < best_step or (step == best_step and name < best)
        end
        if is_first then
            best, best_end, best_step, best_kind = name, last, step, kind
        end
    end
    if best then
        local seconds = math.min(math.max(math.ceil((best_end - c.now) / 1000000), 1), 3600)
        return {'none', best_kind == 'r' and 'reserved' or 'quota', seconds}
    end
    if #tiers > 0 then return {'none', 'inactive', 3600} end
    return {'none', (c.strict and has_numbers) and 'area' or 'empty', 3600}
end

count(c, e)
e.reserved, e.held_by = 0, ''
if c.ttl > 0 then
    e.reserved = c.now + c.ttl * 1000000
    e.held_by = text(c.hour) .. ' ' .. text(c.day) .. ' ' .. ARGV[9] .. ' ' .. holder
    keep(
        c, c.prefix .. 'reservation:' .. e.number,
        '{"caller_id":"' .. e.number .. '",' .. ARGV[11]:sub(2, -2) .. ',"reserved_at":"' .. rfc3339(c.now) .. '"}',
        c.ttl
    )
end
place(c, e)
save(c, e)
if repeats then
    local last = c.ttl > 0 and e.reserved or c.now + 60000000
    keep(c, request, text(last) .. '|' .. e.number .. '|' .. ARGV[10], c.ttl > 0 and c.ttl or 60)
end
publish(c, 'u', e.number, table.concat({text(e.reserved), ARGV[9], #holder, holder .. ARGV[11]}, ' '))
return {'ok', e.number, e.area, e.carrier, c.ttl, tier, c.now_text}
