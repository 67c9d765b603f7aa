/* hiredis' reader of replies: its private data is set by a macro that casts a pointer to int. */
#pragma once
#include <hiredis/read.h>
#include <string.h>

static inline void chiredis_set_private_data(redisReader *reader, void *data) { reader->privdata = data; }

/* The bytes that were fed and not yet read. */
static inline size_t chiredis_unread(const redisReader *reader) { return reader->len - reader->pos; }

/* The unread bytes of a line that has not ended; 0 within a string whose length is known. */
static inline size_t chiredis_unread_of_line(const redisReader *reader) {
    size_t unread = reader->len - reader->pos;
    if (reader->ridx < 0) return 0;
    /* A length has at most 20 digits. */
    int is_string = reader->rstack[reader->ridx].type == REDIS_REPLY_STRING;
    if (is_string && memchr(reader->buf + reader->pos, '\r', unread < 32 ? unread : 32)) return 0;
    return unread;
}
