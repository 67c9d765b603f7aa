-- Makes numbers free whose time has come, and those whose reservation was deleted by others.
--
-- ARGV from 5: numbers that are reserved. Replies: ok, TIME, the count of the first, then the second; clock, TIME; away.
local c = {}
local refusal = begin(c, ARGV)
if refusal then return refusal end
if not c.generation then return {'away'} end
local reply = {'ok', c.now_text, bring_back(c, LONG_STEP)}
for index = 5, #ARGV do
    local e = load(c, ARGV[index])
    -- The key may end a moment before the reservation does.
    if e and e.reserved > c.now + 2000000 then
        if redis.call('EXISTS', c.prefix .. 'reservation:' .. e.number) == 0 then
            forget(c, e)
            take_out(c, e)
            e.reserved, e.held_by = 0, ''
            place(c, e)
            save(c, e)
            publish(c, 'r', e.number, '0')
            reply[#reply + 1] = e.number
        end
    end
end
return reply
