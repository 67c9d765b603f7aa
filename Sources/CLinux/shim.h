/* What the Glibc module leaves out: GNU extensions and macros. */
#pragma once
#include <pthread.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

int pthread_setname_np(pthread_t thread, const char *name);
int malloc_trim(size_t pad);
int accept4(int socket, struct sockaddr *address, unsigned int *length, int flags);
int gettid(void);

/* The system call that a thread sleeps in when it waits for another one. */
static const long futex_call = SYS_futex;
