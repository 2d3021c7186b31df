#include "net/looker.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <arpa/inet.h>

#include "net/conversation.hpp"

namespace dockpki::net {
namespace {

struct Version {
  int number;
  const char* name;
};
constexpr std::array versions = {Version{TLS1_3_VERSION, "TLSv1.3"}, Version{TLS1_2_VERSION, "TLSv1.2"},
                                 Version{TLS1_1_VERSION, "TLSv1.1"}, Version{TLS1_VERSION, "TLSv1"}};
constexpr std::array modern_suites = {"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
                                      "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"};

/// Takes whatever the other end does: it is to be seen, not to be relied on.
SslContext make_lenient_context() {
  SslContext context = new_context(TLS_client_method());
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_options(context.get(),
                      SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  if (SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION) != 1)
    refuse("OpenSSL");
  return context;
}

std::string join(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ":") + name;
  return text;
}

/// Every suite of TLS 1.2 and before that this OpenSSL knows.
std::vector<std::string> older_suites(SSL_CTX& context) {
  std::vector<std::string> names;
  SSL_CTX_set_cipher_list(&context, "ALL:COMPLEMENTOFALL");
  const STACK_OF(SSL_CIPHER)* suites = SSL_CTX_get_ciphers(&context);
  for (int i = 0; suites != nullptr && i < sk_SSL_CIPHER_num(suites); ++i)
    names.emplace_back(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(suites, i)));
  std::erase_if(names, [](const std::string& name) { return std::ranges::find(modern_suites, name) != modern_suites.end(); });
  return names;
}

/// The suite that the endpoint chooses among `names`; empty if it takes none. Throws Failure where it does not answer.
std::string choice(SSL_CTX& context, Target& target, int version, std::span<const std::string> names,
                   Clock::time_point deadline) {
  const files::Fd socket = Dialler::connect(target);
  Conversation talk(context, socket.get());
  SSL* ssl = talk.ssl();
  name_host(*ssl, target.endpoint().host);
  const std::string list = join(names);
  const int listed = version == TLS1_3_VERSION ? SSL_set_ciphersuites(ssl, list.c_str()) : SSL_set_cipher_list(ssl, list.c_str());
  if (listed != 1 || SSL_set_min_proto_version(ssl, version) != 1 || SSL_set_max_proto_version(ssl, version) != 1)
    refuse("OpenSSL");
  try {
    talk.shake_hands(std::min(deadline, Clock::now() + target.patience()));
  } catch (const Failure& failure) {
    if (failure.ending == Ending::silent)
      throw;
  }
  const SSL_CIPHER* suite = chosen_suite(*ssl);
  return suite != nullptr ? SSL_CIPHER_get_name(suite) : std::string();
}

} // namespace

void name_host(SSL& ssl, std::string host) {
  std::array<unsigned char, sizeof(in6_addr)> octets{};
  if (::inet_pton(AF_INET, host.c_str(), octets.data()) != 1 && host.find(':') == std::string::npos)
    SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()); // copied
}

const SSL_CIPHER* chosen_suite(const SSL& ssl) {
  const SSL_CIPHER* current = SSL_get_current_cipher(&ssl);
  return current != nullptr ? current : SSL_get_pending_cipher(&ssl);
}

Looker::Looker() : tls_(std::make_unique<Tls>(Tls{make_lenient_context()})) {}

Looker::Looker(const Side& side) : Looker() {
  load_own(*tls_->context, side);
}

Looker::Looker(Looker&&) noexcept = default;
Looker& Looker::operator=(Looker&&) noexcept = default;
Looker::~Looker() = default;

Offer Looker::offer(Target& target) const {
  const auto deadline = Clock::now() + 2 * target.patience();
  const SslContext context = make_lenient_context();
  const std::vector<std::string> older = older_suites(*context);
  Offer offer;
  try {
    for (const auto& [number, name] : versions) {
      std::vector<std::string> left = older;
      if (number == TLS1_3_VERSION)
        left.assign(modern_suites.begin(), modern_suites.end());
      std::vector<std::string>& taken = offer.protocols.emplace_back(Suites{.protocol = name, .names = {}}).names;
      while (!left.empty()) {
        if (Clock::now() >= deadline)
          throw Failure{Ending::silent, "no answer in time"};
        const std::string suite = choice(*context, target, number, left, deadline);
        if (std::erase(left, suite) == 0)
          break;
        taken.push_back(suite);
      }
    }
  } catch (const Failure&) {
    offer.complete = false;
  }
  std::erase_if(offer.protocols, [](const Suites& suites) { return suites.names.empty(); });
  return offer;
}

} // namespace dockpki::net
