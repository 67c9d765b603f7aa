/* What the Glibc module leaves out: GNU extensions and macros. */
#pragma once
#include <pthread.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int pthread_setname_np(pthread_t thread, const char *name);
int malloc_trim(size_t pad);
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

/* A variadic function: from now on, children of children that end become children of this process. */
static inline int adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
