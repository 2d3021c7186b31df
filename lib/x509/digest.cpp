#include <dockpki/x509/digest.hpp>

#include <openssl/evp.h>

#include "x509/ossl/context.hpp"
#include "x509/ossl/error.hpp"

namespace dockpki::x509 {
namespace {

template <class Result>
Result digest(ossl::Digest kind, Bytes data) {
  Result result{};
  const EVP_MD* const md = ossl::Context::of_this_thread().digest(kind);
  ossl::check(EVP_Digest(data.data(), data.size(), result.data(), nullptr, md, nullptr) == 1, "digest");
  return result;
}

} // namespace

Sha256Digest sha256(Bytes data) {
  return digest<Sha256Digest>(ossl::Digest::sha256, data);
}

Sha1Digest sha1(Bytes data) {
  return digest<Sha1Digest>(ossl::Digest::sha1, data);
}

} // namespace dockpki::x509
