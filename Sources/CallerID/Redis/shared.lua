-- What all scripts share: the time, the numbers, and the sets in which they are free or wait.
--
-- ARGV[1] is the prefix of all keys, ARGV[2] empty, or ~ and the time as the instance expects it from earlier answers
-- (only a test names the time without ~), ARGV[3] the hours around now, and
-- ARGV[4] the policy: TTL, requests a minute, hourly limit, daily limit, strict, shares; then the instance, and the
-- generation that it expects, or - for any. Times are microseconds since 1970.
--
-- A free number is in the set cid:SCOPE of each of its scopes, by its last use. Any other one is in cid:wait, by the
-- time at which a script must look at it. Its member there names what the way back needs:
-- ID AND NUMBER|KIND|END|LAST USE|SCOPES. KIND is r (reserved), q (a quota is used up) or x (inactive), then 1 when the
-- number is free at that time whatever happens until then, so that it comes back without a look at its hash.
--
-- The hash of a number has few and short fields, which is what a decision costs most:
-- info: ID|1 (active), 0 or r (removed)|HOURLY LIMIT|DAILY LIMIT|AREA CODE|SCOPES|CARRIER
-- use: LAST USE, HOUR, ITS COUNT, DAY, ITS COUNT, END OF THE RESERVATION
-- held: KIND|END as in cid:wait, then of the reservation HOUR, DAY, 1 when the request repeats, and HOLDER
-- places: the trunks and routes
-- cid:total has the count of the numbers of each scope, and cid:lengths the numbers of digits that area codes have had.

local STEP, LONG_STEP = 16, 1000

-- The text of a whole number. Lua writes only 14 digits, which are too few for microseconds; Redis writes them slowly.
local function text(value) return string.format('%d', value) end

-- A time as text in UTC.
local function rfc3339(now)
    local seconds = math.floor(now / 1000000)
    -- The date from the days since 1970-01-01, by years that begin in March.
    local days = math.floor(seconds / 86400) + 719468
    local era = math.floor(days / 146097)
    local rest = days - era * 146097
    local year = math.floor(
        (rest - math.floor(rest / 1460) + math.floor(rest / 36524) - math.floor(rest / 146096)) / 365
    )
    rest = rest - (365 * year + math.floor(year / 4) - math.floor(year / 100))
    local month = math.floor((5 * rest + 2) / 153)
    return string.format(
        '%04d-%02d-%02dT%02d:%02d:%02dZ', year + era * 400 + (month > 9 and 1 or 0),
        month > 9 and month - 9 or month + 3, rest - math.floor((153 * month + 2) / 5) + 1,
        math.floor(seconds / 3600) % 24, math.floor(seconds / 60) % 60, seconds % 60
    )
end

-- Reads the clock and the policy into c. Returns the reply that refuses the call, or nil.
local function begin(c, ARGV, request)
    local p = ARGV[1]
    local known = redis.call(
        'MGET', p .. 'cid:gen', p .. 'cid:clock', p .. 'cid:lengths', p .. 'cid:many', request or p .. 'cid:gen'
    )
    c.prefix, c.generation, c.lengths, c.answer = p, known[1], known[3] or '', request and known[5]
    c.isTest = tonumber(ARGV[2]) ~= nil
    if c.isTest then
        c.now = tonumber(ARGV[2])
    else
        local time = redis.call('TIME')
        c.now = tonumber(time[1]) * 1000000 + tonumber(time[2])
    end
    -- The clock never runs backwards. A second is enough for that, as hours and days begin with one.
    local last = tonumber(known[2]) or 0
    if last > c.now then
        -- While the clock of Redis is behind, time goes on at the pace of the instances.
        local expected = tonumber(ARGV[2]:match('^~(%d+)$')) or 0
        c.now = math.max(last, math.min(expected, last + 3600000000))
    end
    local second = math.floor(c.now / 1000000)
    for hour, day, hour_end, day_end in ARGV[3]:gmatch('(%-?%d+) (%-?%d+) (%-?%d+) (%-?%d+)') do
        hour, hour_end = tonumber(hour), tonumber(hour_end)
        if hour <= second and second < hour_end then
            c.hour, c.day = hour, tonumber(day)
            c.hour_end, c.day_end = hour_end * 1000000, tonumber(day_end) * 1000000
            break
        end
    end
    c.now_text = text(c.now)
    if not c.hour then return {'clock', c.now_text} end
    if c.isTest or math.floor(last / 1000000) < second then redis.call('SET', p .. 'cid:clock', c.now_text) end
    local ttl, rate, hourly, daily, strict, shares = ARGV[4]:match('(%d+) (%d+) (%-?%d+) (%-?%d+) (%d) (%d)')
    c.ttl, c.rate, c.hourly, c.daily = tonumber(ttl), tonumber(rate), tonumber(hourly), tonumber(daily)
    c.strict, c.shares = strict == '1', shares == '1'
    local instance, generation = ARGV[4]:match('(%S+) (%S+)$')
    -- With a single instance nobody listens.
    c.instance = known[4] and instance
    -- After another instance has filled Redis, this one reports what it knows before it decides.
    if generation ~= '-' and generation ~= c.generation then c.generation = false end
    if c.isTest then
        -- The time of a test does not pass in Redis, so keys that end are deleted here.
        local ends = p .. 'cid:test:ends'
        for _, key in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', c.now)) do redis.call('DEL', key) end
        redis.call('ZREMRANGEBYSCORE', ends, '-inf', c.now)
    end
end

-- Tells the other instances of a change: KIND INSTANCE NUMBER TIME, and what the kind needs.
local function publish(c, kind, number, rest)
    if not c.instance then return end
    local words = {kind, c.instance, number, c.now_text, rest}
    redis.call('PUBLISH', c.prefix .. 'cid:grants', table.concat(words, ' '))
end

-- Sets the end of a key.
local function expire(c, key, seconds)
    if c.isTest then
        redis.call('ZADD', c.prefix .. 'cid:test:ends', c.now + seconds * 1000000, key)
    else
        redis.call('EXPIRE', key, seconds)
    end
end

-- Sets a key for some seconds.
local function keep(c, key, value, seconds)
    if c.isTest then
        redis.call('SET', key, value)
        expire(c, key, seconds)
    else
        redis.call('SET', key, value, 'EX', text(seconds))
    end
end

-- The seconds until the end of a key, rounded up, at least 1.
local function seconds_left(c, key)
    local left
    if c.isTest then
        left = (tonumber(redis.call('ZSCORE', c.prefix .. 'cid:test:ends', key)) - c.now) / 1000000
    else
        left = redis.call('PTTL', key) / 1000
    end
    return math.max(math.ceil(left), 1)
end

-- A number by its digits, or nil.
local function load(c, number)
    local f = redis.call('HMGET', c.prefix .. 'cid:n:' .. number, 'info', 'use', 'held')
    if not f[1] then return nil end
    local e = {number = number}
    e.id, e.active, e.hourly, e.daily, e.area, e.scopes, e.carrier =
        f[1]:match('^(%d+)|(.)|(%-?%d*)|(%-?%d*)|(%d*)|([^|]*)|(.*)$')
    local last, hour, hours, day, days, reserved =
        f[2]:match('^(%d+) (%-?%d+) (%d+) (%-?%d+) (%d+) (%d+)$')
    e.last_used, e.hour, e.hours, e.day = tonumber(last), tonumber(hour), tonumber(hours), tonumber(day)
    e.days, e.reserved = tonumber(days), tonumber(reserved)
    e.wait, e.held_by = f[3]:match('^(%S*) (.*)$')
    return e
end

local function member(e) return string.format('%010d', e.id) .. e.number end

local function info_text(e)
    return table.concat({e.id, e.active, e.hourly, e.daily, e.area, e.scopes, e.carrier}, '|')
end

local function use_text(e)
    return string.format('%d %d %d %d %d %d', e.last_used, e.hour, e.hours, e.day, e.days, e.reserved)
end

local function held_text(e) return e.wait .. ' ' .. e.held_by end

-- The member of cid:wait that a number has or had.
local function wait_member(e)
    return table.concat({member(e), e.wait, text(e.last_used), e.active == '1' and e.scopes or ''}, '|')
end

local function save(c, e)
    if e.is_gone then return end
    redis.call('HSET', c.prefix .. 'cid:n:' .. e.number, 'use', use_text(e), 'held', held_text(e))
end

-- The uses that a number's own limit and the default allow; nil for no limit.
local function limit(own, standard)
    own = tonumber(own) or 0
    if own == 0 then own = standard end
    if own < 0 then return nil end
    return own
end

-- The time at which the last quota that is used up begins again, or nil; and whether it then is free for certain.
local function quota_end(c, e)
    local hourly, daily = limit(e.hourly, c.hourly), limit(e.daily, c.daily)
    local last
    if hourly and (e.hour == c.hour and e.hours or 0) >= hourly then last = c.hour_end end
    if daily and (e.day == c.day and e.days or 0) >= daily then last = math.max(last or 0, c.day_end) end
    return last, hourly ~= 0 and daily ~= 0
end

-- Removes a number from the sets that it is in.
local function take_out(c, e)
    if e.wait ~= '' and redis.call('ZREM', c.prefix .. 'cid:wait', wait_member(e)) == 1 then
        if c.shares then
            for scope in e.scopes:gmatch('[^,]+') do
                redis.call('ZREM', c.prefix .. 'cid:held:' .. scope, member(e))
            end
        end
        return
    end
    for scope in e.scopes:gmatch('[^,]+') do redis.call('ZREM', c.prefix .. 'cid:' .. scope, member(e)) end
end

-- Puts a number that is in no set into the sets where it belongs; one that is removed goes when it is not reserved.
local function place(c, e)
    local is_reserved = e.reserved > c.now
    local wait = c.prefix .. 'cid:wait'
    local name = member(e)
    e.wait = ''
    if e.active ~= '1' then
        if is_reserved then
            local last = text(e.reserved)
            e.wait = 'x0|' .. last
            redis.call('ZADD', wait, last, wait_member(e))
        elseif e.active == 'r' then
            e.is_gone = true
            redis.call('DEL', c.prefix .. 'cid:n:' .. e.number)
        end
        return
    end
    local quota, is_certain = quota_end(c, e)
    local last = math.max(is_reserved and e.reserved or 0, quota or 0)
    if last <= c.now then
        for scope in e.scopes:gmatch('[^,]+') do
            redis.call('ZADD', c.prefix .. 'cid:' .. scope, text(e.last_used), name)
        end
        return
    end
    local kind = (e.reserved == last and 'r' or 'q') .. ((is_certain and not c.shares) and '1' or '0')
    e.wait = kind .. '|' .. text(last)
    -- A reserved number can be shared as soon as its quota begins again.
    redis.call('ZADD', wait, text(c.shares and is_reserved and quota or last), wait_member(e))
    if c.shares and is_reserved and not quota then
        for scope in e.scopes:gmatch('[^,]+') do
            redis.call('ZADD', c.prefix .. 'cid:held:' .. scope, text(e.last_used), name)
        end
    end
end

-- Makes numbers free whose time has come, at most `most`; returns how many.
local function bring_back(c, most)
    local wait = c.prefix .. 'cid:wait'
    local due = redis.call('ZRANGEBYSCORE', wait, '-inf', c.now_text, 'LIMIT', '0', text(most))
    if #due == 0 then return 0 end
    redis.call('ZREMRANGEBYRANK', wait, '0', text(#due - 1))
    local free = {}
    for _, entry in ipairs(due) do
        local name, certain, last, scopes = entry:match('^(%d+)|%a(%d)|%d+|(%d+)|(.*)$')
        if certain == '1' then
            for scope in scopes:gmatch('[^,]+') do
                local list = free[scope] or {}
                free[scope] = list
                list[#list + 1] = last
                list[#list + 1] = name
            end
        else
            local e = load(c, name:sub(11))
            if e then
                if c.shares then
                    for scope in scopes:gmatch('[^,]+') do
                        redis.call('ZREM', c.prefix .. 'cid:held:' .. scope, name)
                    end
                end
                place(c, e)
                save(c, e)
            end
        end
    end
    for scope, list in pairs(free) do redis.call('ZADD', c.prefix .. 'cid:' .. scope, unpack(list)) end
    return #due
end

-- Takes the free number that was used longest ago, of the first scope that has one, out of its sets.
local function take_ready(c, tiers)
    for _, tier in ipairs(tiers) do
        -- More than once only where a number is in a set without its hash.
        for _ = 1, STEP do
            local first = redis.call('ZPOPMIN', c.prefix .. 'cid:' .. tier.scope)
            if not first[1] then break end
            local e = load(c, first[1]:sub(11))
            if e then
                for scope in e.scopes:gmatch('[^,]+') do
                    if scope ~= tier.scope then redis.call('ZREM', c.prefix .. 'cid:' .. scope, first[1]) end
                end
                return e, tier.name
            end
        end
    end
end

-- As above, after numbers whose time has come are free: a few, and many before there is none.
local function take_free(c, tiers)
    local e, tier = take_ready(c, tiers)
    if not e and bring_back(c, LONG_STEP - STEP) > 0 then e, tier = take_ready(c, tiers) end
    return e, tier
end

-- Counts a use now.
local function count(c, e)
    -- Counts of a later hour stay, so that a clock that goes back opens no quota again.
    if e.hour <= c.hour then e.hours, e.hour = (e.hour == c.hour and e.hours or 0) + 1, c.hour end
    if e.day <= c.day then e.days, e.day = (e.day == c.day and e.days or 0) + 1, c.day end
    e.last_used = math.max(e.last_used, c.now)
end

-- Forgets the answer that was given for the reservation that a number has.
local function forget(c, e)
    local repeats, holder = e.held_by:match('^%-?%d+ %-?%d+ (%d) (.*)$')
    if repeats ~= '1' or e.reserved <= c.now then return end
    local key = c.prefix .. 'cid:req:' .. holder
    local answer = redis.call('GET', key)
    if answer and answer:match('^%d+|(%d+)|') == e.number then redis.call('DEL', key) end
end
