-- Adds numbers, or changes those with the same digits, whose counts, last use and reservation stay.
--
-- ARGV[5] is the trunk of look-ups that name none, or empty. Then nine for each number: digits, id, active (1 or 0),
-- hourly limit, daily limit (empty for none of its own), area code, carrier, places, scopes.
-- Replies: ok; clock, TIME.
local c = {}
local refusal = begin(c, ARGV)
if refusal then return refusal end
for first = 6, #ARGV, 9 do
    local number, scopes = ARGV[first], ARGV[first + 8]
    local e = load(c, number)
    if e then
        take_out(c, e)
    else
        e = {number = number, scopes = '', active = 'r', held_by = ''}
        e.last_used, e.hour, e.hours, e.day, e.days, e.reserved = 0, 0, 0, 0, 0, 0
    end
    local total = c.prefix .. 'cid:total'
    if e.active == 'r' then e.scopes = '' end
    if e.scopes ~= scopes then
        for scope in e.scopes:gmatch('[^,]+') do
            if redis.call('HINCRBY', total, scope, -1) <= 0 then redis.call('HDEL', total, scope) end
        end
        for scope in scopes:gmatch('[^,]+') do redis.call('HINCRBY', total, scope, 1) end
    end
    e.id, e.active, e.hourly, e.daily = ARGV[first + 1], ARGV[first + 2], ARGV[first + 3], ARGV[first + 4]
    e.area, e.carrier, e.scopes = ARGV[first + 5], ARGV[first + 6], scopes
    place(c, e)
    redis.call(
        'HSET', c.prefix .. 'cid:n:' .. number, 'info', info_text(e), 'use', use_text(e), 'held', held_text(e),
        'places', ARGV[first + 7]
    )
    local length = tostring(#e.area)
    if #e.area > 0 and #e.area <= 6 and not c.lengths:find(length, 1, true) then
        -- The longest first, in the order of the search.
        local lengths = {length}
        for other in c.lengths:gmatch('%d') do lengths[#lengths + 1] = other end
        table.sort(lengths, function(a, b) return a > b end)
        c.lengths = table.concat(lengths)
        redis.call('SET', c.prefix .. 'cid:lengths', c.lengths)
    end
end
if ARGV[5] ~= '' then redis.call('SET', c.prefix .. 'default_trunk_name', ARGV[5]) end
return {'ok'}
