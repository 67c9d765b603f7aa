-- Takes numbers out of use; their reservations end by time.
--
-- ARGV from 5: the numbers. Replies: ok; clock, TIME.
local c = {}
local refusal = begin(c, ARGV)
if refusal then return refusal end
local total = c.prefix .. 'cid:total'
for index = 5, #ARGV do
    local e = load(c, ARGV[index])
    if e and e.active ~= 'r' then
        take_out(c, e)
        for scope in e.scopes:gmatch('[^,]+') do
            if redis.call('HINCRBY', total, scope, -1) <= 0 then redis.call('HDEL', total, scope) end
        end
        e.active, e.scopes = 'r', ''
        place(c, e)
        if not e.is_gone then
            redis.call('HSET', c.prefix .. 'cid:n:' .. e.number, 'info', info_text(e))
            save(c, e)
        end
    end
end
return {'ok'}
