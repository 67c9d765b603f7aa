-- Writes the newest value of a key, without an event.
--
-- KEYS: the lock, the key. ARGV: the token, the value, the milliseconds of its life, 0 to remove it, or nothing for a life
-- without end.
-- Replies: ok; refused: another one writes.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'refused'} end
if ARGV[3] == '0' then
    redis.call('DEL', KEYS[2])
elseif ARGV[3] == '' then
    redis.call('SET', KEYS[2], ARGV[2])
else
    redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
end
return {'ok'}
