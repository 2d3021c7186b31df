#include "x509/ossl/context.hpp"

#include <mutex>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include "x509/ossl/error.hpp"

namespace dockpki::x509::ossl {

const char* digest_name(Digest digest) noexcept {
  constexpr std::array names = {"SHA1", "SHA256", "SHA384", "SHA512"};
  return names[static_cast<std::size_t>(digest)];
}

namespace {

OSSL_LIB_CTX* make_library_context() {
  // The first EVP_PKEY_CTX of a process looks for engines, and that loads openssl.cnf into the default context, whatever context
  // is at work. Who writes that file, or OPENSSL_CONF under sudo, has code loaded into the process that holds the CA's key.
  check(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1, "start OpenSSL");
  return OSSL_LIB_CTX_new();
}

} // namespace

Context::Context() : library_(make_library_context()) {
  check(library_ != nullptr, "start OpenSSL");
  check(OSSL_PROVIDER_load(library_, "default") != nullptr, "load OpenSSL's default provider");
  // OpenSSL's own choice, CTR-DRBG, makes it construct every cipher at its first random number; Hash_DRBG (SP 800-90A 10.1.1,
  // 256 bits of strength, too) makes do with the digests, which a signature needs anyway.
  check(RAND_set_DRBG_type(library_, "HASH-DRBG", nullptr, nullptr, "SHA256") == 1, "choose OpenSSL's random number generator");
}

const EVP_MD* Context::digest(Digest digest) {
  EVP_MD*& fetched = digests_[static_cast<std::size_t>(digest)];
  if (fetched == nullptr)
    fetched = EVP_MD_fetch(library_, digest_name(digest), nullptr);
  check(fetched != nullptr, "find a digest in OpenSSL");
  return fetched;
}

class ContextPool {
public:
  static ContextPool& instance() {
    static ContextPool* const pool = new ContextPool; // on purpose never freed: see Context
    return *pool;
  }

  Context* borrow() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) {
      all_.reserve(all_.size() + 1);
      free_.reserve(all_.size() + 1); // so that give_back never allocates
      all_.push_back(new Context);
      return all_.back();
    }
    Context* const context = free_.back();
    free_.pop_back();
    return context;
  }

  void give_back(Context* context) noexcept {
    const std::lock_guard lock(mutex_);
    free_.push_back(context);
  }

private:
  std::mutex mutex_;
  std::vector<Context*> all_;
  std::vector<Context*> free_;
};

namespace {

struct Loan {
  Context* context = ContextPool::instance().borrow();
  Loan() = default;
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  ~Loan() { ContextPool::instance().give_back(context); }
};

} // namespace

Context& Context::of_this_thread() {
  thread_local const Loan loan;
  return *loan.context;
}

} // namespace dockpki::x509::ossl
