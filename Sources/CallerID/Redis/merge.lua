-- Takes over what an instance knows of numbers, and that Redis may not know: uses, reservations, early ends of them.
--
-- ARGV from 5, thirteen for each number: digits, last use, hour, its count, day, its count, end of the reservation (0 for
-- none), end of a reservation that was released (0 for none), 1 when the last change was made without Redis, begin of the
-- reservation, HOUR DAY REPEATS HOLDER, its JSON without number and time, DESTINATION|AGENT.
-- Replies: ok, TIME, the count of numbers that are reserved twice; clock, TIME.
local c = {}
local refusal = begin(c, ARGV)
if refusal then return refusal end
local conflicts = 0
for first = 5, #ARGV, 13 do
    local number = ARGV[first]
    local e = load(c, number)
    if e then
        local n = {}
        for index = 1, 7 do n[index] = tonumber(ARGV[first + index]) end
        local last, hour, hours, day, days, reserved, released = unpack(n)
        local is_certain, held_by, fields = ARGV[first + 8] == '1', ARGV[first + 10], ARGV[first + 11]
        local key = c.prefix .. 'reservation:' .. number
        take_out(c, e)
        if hour > e.hour then
            e.hour, e.hours = hour, hours
        elseif hour == e.hour then
            e.hours = math.max(e.hours, hours)
        end
        if day > e.day then
            e.day, e.days = day, days
        elseif day == e.day then
            e.days = math.max(e.days, days)
        end
        if released > 0 and e.reserved == released then
            forget(c, e)
            e.reserved, e.held_by = 0, ''
            redis.call('DEL', key)
            publish(c, 'r', number, '0')
        end
        local is_held = e.reserved > c.now
        if is_certain and is_held and reserved > c.now and e.reserved ~= reserved and not c.shares then
            -- The script of a request may have run too late, so that the same request was answered without Redis.
            local current = redis.call('GET', key)
            if not (current and current:find(fields:sub(2, -2), 1, true)) then conflicts = conflicts + 1 end
        end
        if reserved > c.now and (last > e.last_used or (is_certain and not is_held)) then
            forget(c, e)
            e.reserved, e.held_by = math.max(reserved, e.reserved), held_by
            local seconds = math.max(math.ceil((e.reserved - c.now) / 1000000), 1)
            local begun = rfc3339(tonumber(ARGV[first + 9]))
            local text_of = '{"caller_id":"' .. number .. '",' .. fields:sub(2, -2) .. ',"reserved_at":"' .. begun .. '"}'
            keep(c, key, text_of, seconds)
            local repeats, holder = held_by:match('^%-?%d+ %-?%d+ (%d) (.*)$')
            if repeats == '1' then
                local answer = text(e.reserved) .. '|' .. number .. '|' .. ARGV[first + 12]
                keep(c, c.prefix .. 'cid:req:' .. holder, answer, seconds)
            end
            if is_certain then
                local rest = {text(e.reserved), repeats, #holder, holder .. fields}
                publish(c, 'u', number, table.concat(rest, ' '))
            end
        elseif is_certain and is_held and reserved > e.reserved then
            e.reserved = reserved
            redis.call('EXPIRE', key, text(math.ceil((reserved - c.now) / 1000000)))
        end
        e.last_used = math.max(e.last_used, last)
        place(c, e)
        save(c, e)
    end
end
return {'ok', c.now_text, conflicts}
