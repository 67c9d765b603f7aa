-- Finds the number that a trunk shows; it reserves nothing.
--
-- ARGV from 5: trunk (escaped; empty for the one stored last), route, type of call (both escaped).
-- Replies: ok, TRUNK, NUMBER, AREA CODE, CARRIER, TIER, PLACES, TIME; none, TRUNK; clock, TIME; away.
local c = {}
local refusal = begin(c, ARGV)
if refusal then return refusal end
if not c.generation then return {'away'} end
local trunk, route, kind = ARGV[5], ARGV[6], ARGV[7]
bring_back(c, STEP)
if trunk == '' then
    -- Kept as it is and not escaped, as others read it too.
    trunk = redis.call('GET', c.prefix .. 'default_trunk_name') or ''
    trunk = trunk:gsub('[%c%%:|,]', function(byte) return string.format('%%%02X', byte:byte()) end)
end
local tiers = {}
if route ~= '' and kind ~= '' then
    tiers[1] = {name = 'trunk_route_type', scope = 'trunk:' .. trunk .. ':' .. route .. ':' .. kind}
end
if route ~= '' then tiers[#tiers + 1] = {name = 'trunk_route', scope = 'trunk:' .. trunk .. ':' .. route .. ':'} end
tiers[#tiers + 1] = {name = 'trunk', scope = 'trunk:' .. trunk .. '::'}
tiers[#tiers + 1] = {name = 'trunk_default', scope = 'trunk:' .. trunk .. ':default'}
local e, tier = take_free(c, tiers)
if not e then return {'none', trunk} end
count(c, e)
e.reserved, e.held_by = 0, ''
place(c, e)
save(c, e)
local places = redis.call('HGET', c.prefix .. 'cid:n:' .. e.number, 'places')
publish(c, 'u', e.number, '0 0 0 {}')
return {'ok', trunk, e.number, e.area, e.carrier, tier, places, c.now_text}
