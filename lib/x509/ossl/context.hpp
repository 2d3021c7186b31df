// Why: dockpki never uses OpenSSL's default library context: that one reads openssl.cnf, and its locks are shared by all threads.
#pragma once

#include <array>
#include <cstddef>

#include <openssl/evp.h>

namespace dockpki::x509::ossl {

enum class Digest : std::size_t { sha1, sha256, sha384, sha512 };

/// The name that OpenSSL fetches it by: "SHA256".
const char* digest_name(Digest digest) noexcept;

/// Context is an OpenSSL library context with the default provider and nothing else in it.
/// Each thread borrows one for its lifetime and hands it to a later thread; none is ever freed, so that a key may outlive the
/// thread that made it, and OpenSSL's clean-up of a thread never meets a context that is gone.
class Context {
public:
  /// The one of the calling thread. Throws Errc::crypto.
  static Context& of_this_thread();

  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] OSSL_LIB_CTX* get() const noexcept { return library_; }
  /// Fetched once. For the thread that borrowed this context alone.
  const EVP_MD* digest(Digest digest);

private:
  friend class ContextPool;
  Context();
  ~Context() = default;
  OSSL_LIB_CTX* library_;
  std::array<EVP_MD*, 4> digests_{};
};

} // namespace dockpki::x509::ossl
