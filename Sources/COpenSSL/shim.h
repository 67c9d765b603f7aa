/* OpenSSL 3: digests and TLS; some of its functions are macros. */
#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline long copenssl_set_minimum_tls12(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

static inline long copenssl_set_server_name(SSL *tls, const char *name) {
    return SSL_set_tlsext_host_name(tls, name);
}
