-- Signs an instance in, or out.
--
-- ARGV from 5: instance, 1 when it leaves. Replies: ok, TIME, GENERATION or empty, VERSION of the list of numbers, then
-- the instances with a sign of life in the last 15 seconds; clock, TIME.
local c = {}
local refusal = begin(c, ARGV)
if refusal then return refusal end
local key = c.prefix .. 'cid:inst'
if ARGV[6] == '1' then
    redis.call('ZREM', key, ARGV[5])
else
    redis.call('ZADD', key, c.now_text, ARGV[5])
end
redis.call('ZREMRANGEBYSCORE', key, '-inf', text(c.now - 15000000))
local names = redis.call('ZRANGE', key, 0, -1)
-- From here on all decisions are published.
if #names > 1 then
    redis.call('SET', c.prefix .. 'cid:many', '1')
else
    redis.call('DEL', c.prefix .. 'cid:many')
end
local known = redis.call('MGET', c.prefix .. 'cid:gen', c.prefix .. 'cid:version')
local reply = {'ok', c.now_text, known[1] or '', known[2] or '0'}
for _, name in ipairs(names) do reply[#reply + 1] = name end
return reply
