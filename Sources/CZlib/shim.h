/* zlib: its initialisers are macros, which Swift does not see. */
#pragma once
#include <zlib.h>

static inline int czlib_deflate_init(z_streamp stream, int level, int window_bits, int memory_level, int strategy) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, memory_level, strategy);
}

static inline int czlib_inflate_init(z_streamp stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}
