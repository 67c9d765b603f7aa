-- Writes an event with the object that it is about, and publishes it: all of it, or nothing.
--
-- KEYS: the lock, the last number, the stream, the key of the object where there is one. ARGV: the token, the number, the
-- event, the channel, the entries and the seconds of the stream; then, for a key, where in the event the object begins and
-- ends, and the milliseconds of its life, 0 to remove it, or nothing for a life without end.
-- Replies: ok; refused: another one writes; old: the number is not above the last.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'refused'} end
local last = tonumber(redis.call('GET', KEYS[2]) or '') or 0
if tonumber(ARGV[2]) <= last then return {'old'} end
-- The only command that the kind of a key can make fail, so it comes first.
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], ARGV[2] .. '-0', 'e', ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[6])
redis.call('SET', KEYS[2], ARGV[2])
if KEYS[4] then
    local value = ARGV[3]:sub(tonumber(ARGV[7]) + 1, tonumber(ARGV[8]))
    if ARGV[9] == '0' then
        redis.call('DEL', KEYS[4])
    elseif ARGV[9] == '' then
        redis.call('SET', KEYS[4], value)
    else
        redis.call('SET', KEYS[4], value, 'PX', ARGV[9])
    end
end
redis.call('PUBLISH', ARGV[4], ARGV[3])
return {'ok'}
