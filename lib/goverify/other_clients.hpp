// Why: a certificate that Docker takes may fail with docker-py, Ansible or curl, whose rules are OpenSSL's.
#pragma once

#include <dockpki/goverify/signs.hpp>

namespace dockpki::goverify {

/// refused_by_others tells what of a server's chain, which Docker takes, Python or OpenSSL refuses: with the checks that Python
/// makes since 3.13 (VERIFY_X509_STRICT; OpenSSL, crypto/x509/x509_vfy.c, check_extensions) and openssl verify with -x509_strict.
std::vector<Sign> refused_by_others(const KeyPair& server, const Pool& trusted, const std::string& host);

} // namespace dockpki::goverify
