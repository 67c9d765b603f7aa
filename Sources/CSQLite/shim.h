/* SQLite, as Swift cannot see it by itself: variadic functions and cast macros. */
#pragma once
#include <sqlite3.h>

/* SQLITE_TRANSIENT: SQLite copies the bytes before it returns. */
static inline int csqlite_bind_blob_copy(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int csqlite_bind_text_copy(sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* SQLITE_STATIC: the bytes stay where they are until the statement has other values. */
static inline int csqlite_bind_text_static(sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, bytes, count, SQLITE_STATIC, SQLITE_UTF8);
}

/* For a process whose every connection has one thread; before the first use of SQLite. */
static inline void csqlite_configure(void) {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Grows the file of the main database to `bytes`, rounded up to `chunk`, with blocks for all of it. */
static inline int csqlite_allocate(sqlite3 *database, int chunk, sqlite3_int64 bytes) {
    sqlite3_file_control(database, "main", SQLITE_FCNTL_CHUNK_SIZE, &chunk);
    return sqlite3_file_control(database, "main", SQLITE_FCNTL_SIZE_HINT, &bytes);
}

static inline int csqlite_note_log(void *pages, sqlite3 *database, const char *name, int count) {
    (void)database;
    (void)name;
    *(int *)pages = count;
    return SQLITE_OK;
}

/* After each commit `pages` has the length of the write-ahead log; nothing else is done at that moment. */
static inline void csqlite_watch_log(sqlite3 *database, int *pages) {
    sqlite3_wal_hook(database, csqlite_note_log, pages);
}

static inline int csqlite_db_config_int(sqlite3 *database, int option, int value) {
    return sqlite3_db_config(database, option, value, (int *)0);
}
