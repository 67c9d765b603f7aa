-- Takes or renews the lock of the one that writes, and tells how far the numbers of events are.
--
-- KEYS: the lock, the last number, then the streams. ARGV: what the token in the lock may
-- begin with, the token from now on, milliseconds.
-- Replies: held, also when a lock to renew is gone; leading, the last number, whether the lock was there, whether the number was there.
local holder = redis.call('GET', KEYS[1])
if holder and holder:sub(1, #ARGV[1]) ~= ARGV[1] then return {'held'} end
-- What was refused meanwhile would be overtaken by what follows with the same token.
if not holder and ARGV[1] == ARGV[2] then return {'held'} end
local kept = redis.call('GET', KEYS[2])
local last = tonumber(kept or '') or 0
-- No number of an event: somebody else wrote it.
if last < 0 or last >= 9007199254740992 then
    redis.call('DEL', KEYS[2])
    last = 0
end
for index = 3, #KEYS do
    local newest = redis.call('XREVRANGE', KEYS[index], '+', '-', 'COUNT', 1)[1]
    local number = newest and tonumber(newest[1]:match('^%d+')) or 0
    if number > last and number < 9007199254740992 then last = number end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return {'leading', string.format('%.0f', last), holder and 1 or 0, kept and 1 or 0}
