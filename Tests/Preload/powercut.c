/* What a disk holds after a power cut: a library to be preloaded.
 *
 * For files in the directory POWERCUT_LIVE it keeps a copy in POWERCUT_DURABLE: what was written reaches the copy when
 * the file is flushed (fsync, fdatasync) and not before. Renaming and removing count as durable at once, as they are on
 * a file system with a journal. A kill in the middle of a flush leaves a part of it in the copy, as a power cut does.
 *
 * While there is a file POWERCUT_STALL, flushes in the live directory hang. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 1024
#define RANGES 65536

/* Stretches of a file that were written since its last flush. */
struct dirty {
    size_t count;
    struct { off64_t start, end; } ranges[RANGES];
};

static struct dirty *dirty[FILES];
/* A file was closed with writes that no flush had followed: from then on a flush copies all of a file. */
static int copies_whole;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The copy's path of a path in the live directory; 0 for any other. */
static int copy_of(const char *path, char *copy, size_t size) {
    const char *live = getenv("POWERCUT_LIVE"), *durable = getenv("POWERCUT_DURABLE");
    if (!live || !durable || strncmp(path, live, strlen(live)) != 0 || path[strlen(live)] != '/') return 0;
    return snprintf(copy, size, "%s%s", durable, path + strlen(live)) < (int)size;
}

static int copy_of_file(int file, char *copy, size_t size) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t count = readlink(link, path, sizeof path - 1);
    if (count <= 0) return 0;
    path[count] = 0;
    return copy_of(path, copy, size);
}

static void note(int file, off64_t start, size_t size) {
    char copy[4096];
    if (file < 0 || file >= FILES || !copy_of_file(file, copy, sizeof copy)) return;
    pthread_mutex_lock(&lock);
    if (!dirty[file]) dirty[file] = calloc(1, sizeof **dirty);
    struct dirty *list = dirty[file];
    if (list && list->count < RANGES) {
        list->ranges[list->count].start = start;
        list->ranges[list->count++].end = start + (off64_t)size;
    } else {
        abort();
    }
    pthread_mutex_unlock(&lock);
}

static void flushed(int file) {
    char copy[4096], buffer[65536];
    struct stat status;
    int error = errno;
    if (file < 0 || file >= FILES || !copy_of_file(file, copy, sizeof copy) || fstat(file, &status) != 0) return;
    if (!S_ISREG(status.st_mode)) return;
    pthread_mutex_lock(&lock);
    static ssize_t (*write_there)(int, const void *, size_t, off64_t);
    if (!write_there) write_there = dlsym(RTLD_NEXT, "pwrite64");
    int target = open(copy, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (target < 0) abort();
    size_t count_of_ranges = copies_whole ? 1 : dirty[file] ? dirty[file]->count : 0;
    for (size_t index = 0; index < count_of_ranges; index++) {
        off64_t position = copies_whole ? 0 : dirty[file]->ranges[index].start;
        off64_t end = copies_whole ? status.st_size : dirty[file]->ranges[index].end;
        while (position < end) {
            size_t size = (size_t)(end - position) < sizeof buffer ? (size_t)(end - position) : sizeof buffer;
            ssize_t count = pread64(file, buffer, size, position);
            if (count <= 0) break;
            if (write_there(target, buffer, (size_t)count, position) != count) abort();
            position += count;
        }
    }
    if (dirty[file]) dirty[file]->count = 0;
    if (ftruncate(target, status.st_size) != 0) abort();
    close(target);
    pthread_mutex_unlock(&lock);
    errno = error;
}

/* Hangs as long as it is told to. */
static void stall(int file) {
    char copy[4096];
    const char *sign = getenv("POWERCUT_STALL");
    while (sign && access(sign, F_OK) == 0 && copy_of_file(file, copy, sizeof copy)) usleep(20000);
}

#define REAL(name, result, ...)                       \
    static result (*real)(__VA_ARGS__);               \
    if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t position) {
    REAL(pwrite64, ssize_t, int, const void *, size_t, off64_t);
    ssize_t count = real(file, bytes, size, position);
    if (count > 0) note(file, position, (size_t)count);
    return count;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t position) {
    return pwrite64(file, bytes, size, position);
}

int fsync(int file) {
    REAL(fsync, int, int);
    stall(file);
    int result = real(file);
    if (result == 0) flushed(file);
    return result;
}

int fdatasync(int file) {
    REAL(fdatasync, int, int);
    stall(file);
    int result = real(file);
    if (result == 0) flushed(file);
    return result;
}

int rename(const char *from, const char *to) {
    REAL(rename, int, const char *, const char *);
    char source[4096], target[4096];
    int result = real(from, to);
    if (result == 0 && copy_of(from, source, sizeof source) && copy_of(to, target, sizeof target)) {
        int error = errno;
        real(source, target);
        errno = error;
    }
    return result;
}

int unlink(const char *path) {
    REAL(unlink, int, const char *);
    char copy[4096];
    int result = real(path);
    if (result == 0 && copy_of(path, copy, sizeof copy)) {
        int error = errno;
        real(copy);
        errno = error;
    }
    return result;
}

int close(int file) {
    REAL(close, int, int);
    if (file >= 0 && file < FILES && dirty[file]) {
        pthread_mutex_lock(&lock);
        if (dirty[file]->count > 0) copies_whole = 1;
        dirty[file]->count = 0;
        pthread_mutex_unlock(&lock);
    }
    return real(file);
}
