/* GMime: casts and type checks are macros, which Swift does not see. */
#pragma once
#include <gmime/gmime.h>

/* The message in a file that stays open and is not owned: contents of parts are offsets into it, never bytes in memory.
   NULL when there is none. */
static inline GMimeMessage *cgmime_parse(int descriptor, gint64 size) {
    GMimeStream *stream = g_mime_stream_fs_new_with_bounds(descriptor, 0, size);
    if (!stream) return NULL;
    g_mime_stream_fs_set_owner(GMIME_STREAM_FS(stream), FALSE);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

static inline GMimeMultipart *cgmime_multipart(GMimeObject *object) {
    return GMIME_IS_MULTIPART(object) ? GMIME_MULTIPART(object) : NULL;
}

/* NULL for what is no leaf, such as a message in a message. */
static inline GMimePart *cgmime_part(GMimeObject *object) {
    return GMIME_IS_PART(object) ? GMIME_PART(object) : NULL;
}

/* The offset of the first header of a part; -1 when it has none. */
static inline gint64 cgmime_header_offset(GMimeObject *object) {
    GMimeHeaderList *headers = g_mime_object_get_header_list(object);
    if (!headers || g_mime_header_list_get_count(headers) == 0) return -1;
    return g_mime_header_get_offset(g_mime_header_list_get_header_at(headers, 0));
}

/* The offsets between which the content of a part lies; false when it has none. */
static inline gboolean cgmime_content_bounds(GMimePart *part, gint64 *start, gint64 *end) {
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
    if (!stream) return FALSE;
    *start = stream->bound_start;
    *end = stream->bound_end;
    return TRUE;
}

/* Reads a part of a file that is not owned, decoded. */
static inline GMimeStream *cgmime_decoding_stream(int descriptor, gint64 start, gint64 end, GMimeContentEncoding encoding) {
    GMimeStream *stream = g_mime_stream_fs_new_with_bounds(descriptor, start, end);
    if (!stream) return NULL;
    g_mime_stream_fs_set_owner(GMIME_STREAM_FS(stream), FALSE);
    GMimeStream *filtered = g_mime_stream_filter_new(stream);
    g_object_unref(stream);
    GMimeFilter *filter = g_mime_filter_basic_new(encoding, FALSE);
    g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered), filter);
    g_object_unref(filter);
    return filtered;
}

/* NULL for a group. */
static inline const char *cgmime_address(InternetAddress *address) {
    return INTERNET_ADDRESS_IS_MAILBOX(address) ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)) : NULL;
}
