/* A FastAGI server that decides nothing: it sends the variables of `next-cid` as one write, and reads to the end. What a
   session costs at least; `scripts/bench callerid` compares the service with it. Prints its port. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct session {
    int socket;
    int length; /* -1: answered */
    char head[4096];
};

static const char answer[] = "SET VARIABLE \"CALLERID(num)\" \"2125551234\"\n"
                             "SET VARIABLE \"CALLERID_AREA_CODE\" \"212\"\n"
                             "SET VARIABLE \"CALLERID_CARRIER\" \"Example\"\n"
                             "SET VARIABLE \"CALLERID_ROTATED\" \"1\"\n"
                             "SET VARIABLE \"CALLERID_RESERVED_FOR\" \"1\"\n"
                             "SET VARIABLE \"CALLERID_STATUS\" \"OK\"\n";

static void end(struct session *session) {
    close(session->socket);
    free(session);
}

static void serve(struct session *session) {
    char rest[8192];
    int answered = session->length < 0;
    ssize_t count = answered ? read(session->socket, rest, sizeof rest)
                             : read(session->socket, session->head + session->length,
                                    sizeof session->head - 1 - session->length);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        end(session);
    } else if (!answered) {
        session->length += count;
        session->head[session->length] = 0;
        if (!strstr(session->head, "\n\n")) return;
        if (write(session->socket, answer, sizeof answer - 1) < 0) return end(session);
        shutdown(session->socket, SHUT_WR);
        session->length = -1;
    }
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (void *)&address, size) || listen(listener, 1024) ||
        getsockname(listener, (void *)&address, &size)) {
        perror("agi-echo");
        return 1;
    }
    printf("echo agi=%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int poll = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {.ptr = NULL}}, events[64];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr) {
                serve(events[i].data.ptr);
                continue;
            }
            int accepted;
            while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                struct session *session = calloc(1, sizeof *session);
                if (!session) return 1;
                session->socket = accepted;
                struct epoll_event wanted = {EPOLLIN, {.ptr = session}};
                epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &wanted);
            }
        }
    }
}
