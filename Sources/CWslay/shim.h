/* libwslay's reader of WebSocket frames, which takes its bytes from memory instead of from a callback. */
#pragma once
#include <string.h>
#include <wslay/wslay.h>

struct cwslay_reader {
    wslay_frame_context_ptr frames;
    const uint8_t *bytes;
    size_t count;
};

static ssize_t cwslay_take(uint8_t *buffer, size_t length, int flags, void *context) {
    (void)flags;
    struct cwslay_reader *reader = (struct cwslay_reader *)context;
    size_t taken = reader->count < length ? reader->count : length;
    if (taken == 0) return -1;
    memcpy(buffer, reader->bytes, taken);
    reader->bytes += taken;
    reader->count -= taken;
    return (ssize_t)taken;
}

/* NULL when memory is short. */
static inline struct cwslay_reader *cwslay_reader_create(void) {
    struct cwslay_reader *reader = (struct cwslay_reader *)calloc(1, sizeof *reader);
    if (reader == NULL) return NULL;
    struct wslay_frame_callbacks callbacks = {NULL, cwslay_take, NULL};
    if (wslay_frame_context_init(&reader->frames, &callbacks, reader) == 0) return reader;
    free(reader);
    return NULL;
}

static inline void cwslay_reader_destroy(struct cwslay_reader *reader) {
    wslay_frame_context_free(reader->frames);
    free(reader);
}

/* The bytes that `cwslay_reader_next` reads; they stay in place until it has read all. */
static inline void cwslay_reader_feed(struct cwslay_reader *reader, const uint8_t *bytes, size_t count) {
    reader->bytes = bytes;
    reader->count = count;
}

/* The next piece of a frame: 1, or 0 when all bytes are read, or -1 for bytes that are no frame. */
static inline int cwslay_reader_next(struct cwslay_reader *reader, struct wslay_frame_iocb *piece) {
    while (1) {
        memset(piece, 0, sizeof *piece);
        ssize_t result = wslay_frame_recv(reader->frames, piece);
        if (result >= 0) return 1;
        if (result != WSLAY_ERR_WANT_READ) return -1;
        if (reader->count == 0) return 0;
    }
}
