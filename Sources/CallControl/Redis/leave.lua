-- Gives the lock back, when it is still that of the caller.
--
-- KEYS: the lock. ARGV: the token.
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {'ok'}
