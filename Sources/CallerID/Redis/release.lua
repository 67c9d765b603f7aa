-- Ends a reservation before its time.
--
-- ARGV from 5: number, whether it must be the holder's (1 or 0), holder, whether the use does not count (1 or 0).
-- Replies: ok, TIME; none; clock, TIME; away.
local c = {}
local refusal = begin(c, ARGV)
if refusal then return refusal end
if not c.generation then return {'away'} end
local e = load(c, ARGV[5])
if not e or e.reserved <= c.now then return {'none'} end
local hour, day, _, holder = e.held_by:match('^(%-?%d+) (%-?%d+) (%d) (.*)$')
if ARGV[6] == '1' and (ARGV[7] == '' or ARGV[7] ~= holder) then return {'none'} end
if ARGV[8] == '1' then
    if tonumber(hour) == c.hour and e.hour == c.hour then e.hours = math.max(e.hours - 1, 0) end
    if tonumber(day) == c.day and e.day == c.day then e.days = math.max(e.days - 1, 0) end
end
forget(c, e)
take_out(c, e)
e.reserved, e.held_by = 0, ''
place(c, e)
save(c, e)
redis.call('DEL', c.prefix .. 'reservation:' .. e.number)
publish(c, 'r', e.number, ARGV[8])
return {'ok', c.now_text}
