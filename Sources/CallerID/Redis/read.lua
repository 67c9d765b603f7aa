-- The uses and reservations of numbers.
--
-- ARGV from 5: the numbers. Replies: ok, then four for each number that there is: digits, use, HOUR DAY REPEATS HOLDER
-- or empty, the JSON of the reservation or empty; clock, TIME.
local c = {}
local refusal = begin(c, ARGV)
if refusal then return refusal end
local reply = {'ok'}
for index = 5, #ARGV do
    local e = load(c, ARGV[index])
    if e then
        local json = e.reserved > c.now and redis.call('GET', c.prefix .. 'reservation:' .. e.number)
        reply[#reply + 1] = e.number
        reply[#reply + 1] = use_text(e)
        reply[#reply + 1] = e.held_by
        reply[#reply + 1] = json or ''
    end
end
return reply
