/* libmicrohttpd: its only starter is variadic. */
#pragma once
#include <microhttpd.h>
#include <poll.h>

/* Decodes percent escapes in place, and writes an escaped NUL as the byte 1: the text behind it would be out of sight, and
   a server refuses either byte. */
static size_t cmicrohttpd_unescape(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    size_t length = MHD_http_unescape(text);
    for (size_t index = 0; index < length; index++)
        if (text[index] == 0) text[index] = 1;
    return length;
}

/* TLS 1.2 or newer, and with forward secrecy: no key exchange by RSA, which a stolen key would open afterwards. */
#define CMICROHTTPD_PRIORITIES                                                                                      \
    "NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:+DHE-RSA:%SERVER_PRECEDENCE"

/* With a key and a certificate (PEM) it speaks TLS; the address is not shared with another process. A socket that
   listens already, unless negative, takes the place of the address; it is the daemon's from then on. More threads than
   one share its connections. All callbacks get the same context; `target` gets each request's target as it came, and
   gives what the other callbacks find as the request's state. */
typedef void *(*cmicrohttpd_target_callback)(void *context, const char *target, struct MHD_Connection *connection);

static inline struct MHD_Daemon *cmicrohttpd_start(
    unsigned int flags, const struct sockaddr *address, int socket, unsigned int connection_limit,
    unsigned int timeout_seconds,
    unsigned int threads, size_t memory_limit, const char *key, const char *certificate,
    cmicrohttpd_target_callback target, MHD_AccessHandlerCallback handler,
    MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback connected, void *context) {
    struct MHD_OptionItem place[] = {
        {MHD_OPTION_SOCK_ADDR, 0, (void *)address},
        {MHD_OPTION_END, 0, NULL},
    };
    if (socket >= 0) place[0] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, socket, NULL};
    struct MHD_OptionItem pool[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)CMICROHTTPD_PRIORITIES},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(
        key ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, handler, context,
        MHD_OPTION_ARRAY, place,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_limit,
        MHD_OPTION_UNESCAPE_CALLBACK, cmicrohttpd_unescape, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, target, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, connected, context,
        MHD_OPTION_ARRAY, threads > 1 ? pool : pool + 1,
        MHD_OPTION_ARRAY, key ? tls : tls + 3,
        MHD_OPTION_END);
}

static inline int cmicrohttpd_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : -1;
}

static inline int cmicrohttpd_listener(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_LISTEN_FD);
    return info ? info->listen_fd : -1;
}

static inline int cmicrohttpd_connection_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/* The address of the client; NULL when it is not known. */
static inline const struct sockaddr *cmicrohttpd_connection_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/* A variadic function: gives an upgraded connection back to be closed. */
static inline void cmicrohttpd_close_upgraded(struct MHD_UpgradeResponseHandle *handle) {
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

/* Whether the peer has closed its end, or the connection is broken: a suspended connection does not tell. */
static inline int cmicrohttpd_is_peer_gone(int socket) {
    enum { peer_closed = 0x2000 }; /* POLLRDHUP, which needs _GNU_SOURCE */
    struct pollfd entry = {socket, peer_closed, 0};
    return poll(&entry, 1, 0) > 0 && (entry.revents & (peer_closed | POLLHUP | POLLERR | POLLNVAL)) != 0;
}
