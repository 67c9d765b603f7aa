/* What the Glibc module leaves out: GNU extensions and macros. */
#pragma once
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int pthread_setname_np(pthread_t thread, const char *name);
int malloc_trim(size_t pad);
int mallopt(int parameter, int value);
int accept4(int socket, struct sockaddr *address, unsigned int *length, int flags);
int gettid(void);
int renameat2(int old_folder, const char *old_name, int new_folder, const char *new_name, unsigned int flags);
int memfd_create(const char *name, unsigned int flags);

/* Renaming fails where the new name is taken. */
static const unsigned int rename_no_replace = 1;

/* The system call that a thread sleeps in when it waits for another one. */
static const long futex_call = SYS_futex;

/* MFD_CLOEXEC: the file closes when this process executes another program. */
static const unsigned int memory_file_close_on_exec = 1;

/* epoll_event is packed on some machines, and Swift has no packed structures. */
static inline int epoll_change(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

/* Waits, and writes the tokens and events of at most 64 descriptors; returns their number. */
static inline int epoll_collect(int epoll, uint64_t *tokens, uint32_t *events, int timeout) {
    struct epoll_event ready[64];
    int count = epoll_wait(epoll, ready, 64, timeout);
    for (int i = 0; i < count; i++) {
        tokens[i] = ready[i].data.u64;
        events[i] = ready[i].events;
    }
    return count;
}

/* A variadic function: from now on, children of children that end become children of this process. */
static inline int adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

/* M_MMAP_THRESHOLD and M_ARENA_MAX of malloc.h. */
static const int malloc_mmap_threshold = -3;
static const int malloc_arena_max = -8;
