// Why: the handshake in memory and the question to a running daemon use OpenSSL in the same way: as Docker would.
#pragma once

#include <string>

#include <openssl/ssl.h>

#include <dockpki/net/handshake.hpp>

#include "x509/ossl/handle.hpp"

namespace dockpki::net {

using Bio = x509::ossl::Handle<BIO, BIO_free_all>;
using SslContext = x509::ossl::Handle<SSL_CTX, SSL_CTX_free>;
using Connection = x509::ossl::Handle<SSL, SSL_free>;

/// take_ssl_error gives OpenSSL's own words for what just failed, and empties its queue.
std::string take_ssl_error();

/// Throws Errc::invalid_input: `what` cannot be used, for OpenSSL's reason.
[[noreturn]] void refuse(std::string_view what);

/// new_context gives a context without files, sessions, or openssl.cnf.
SslContext new_context(const SSL_METHOD* method);

/// Takes the side's certificate, those behind it, and the key; nothing if it has none. Throws Errc::invalid_input.
void load_own(SSL_CTX& context, const Side& side);

/// make_context knows one end's files: TLS 1.2 or later, no sessions, no default trust, judged at `now`. Without trust nobody is
/// trusted. Throws Errc::invalid_input if a file cannot be used.
SslContext make_context(const SSL_METHOD* method, const Side& side, TimePoint now);

} // namespace dockpki::net
