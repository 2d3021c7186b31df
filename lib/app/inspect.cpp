// show: whatever a file holds, explained; the private half of a key never.
#include <dockpki/app/look.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/x509/pem.hpp>

namespace dockpki::app {
namespace {

std::string form_of(const std::string& label) {
  if (label == "EC PRIVATE KEY")
    return "SEC 1";
  if (label == "RSA PRIVATE KEY")
    return "PKCS #1";
  return label == "ENCRYPTED PRIVATE KEY" ? "PKCS #8, encrypted" : "PKCS #8";
}

KeyCard key_card(const x509::PemBlock& block, const std::string& name) {
  KeyCard card{.form = form_of(block.label)};
  if (block.has_headers) {
    card.form += " with legacy PEM encryption";
    card.encryption = x509::Pkcs8Encryption{.cipher = "legacy PEM encryption", .prf = "MD5", .iterations = 1};
    return card;
  }
  const Secret pem = x509::write_secret_pem(block.label, block.der.bytes());
  card.encryption = x509::describe_encryption(pem.bytes());
  if (card.encryption)
    return card;
  try {
    card.public_key = x509::PrivateKey::from_pem(pem.bytes(), name).public_key();
  } catch (const Error& error) {
    card.unread = error.what(); // a sound key of a kind that dockpki does not use is still a key
  }
  return card;
}

std::optional<Shown> show_block(const x509::PemBlock& block, const std::string& name) {
  const Bytes der = block.der.bytes();
  if (block.label == "CERTIFICATE")
    return x509::Certificate::from_der(der);
  if (block.label == "CERTIFICATE REQUEST" || block.label == "NEW CERTIFICATE REQUEST")
    return x509::Request::from_der(der);
  if (block.label == "X509 CRL")
    return x509::parse_crl(der);
  if (block.label.ends_with("PRIVATE KEY"))
    return key_card(block, name);
  if (block.label == "PUBLIC KEY")
    return KeyCard{.form = "public key", .public_key = x509::PublicKey::from_der(der)};
  if (block.label == "EC PARAMETERS")
    return std::nullopt; // openssl ecparam puts it before the key, which says it all again
  throw Error(Errc::invalid_input, "failed to read '" + name + "': it holds a '" + x509::printable(block.label) +
                                       "', which is no certificate, request, revocation list or private key");
}

/// The same; what goes wrong is told with the file's name.
std::optional<Shown> show_named_block(const x509::PemBlock& block, const std::string& name) {
  try {
    return show_block(block, name);
  } catch (const Error& error) {
    const std::string what = error.what();
    if (what.find(name) != std::string::npos)
      throw;
    throw Error(error.code(), "failed to read '" + name + "': " + what, error.hint());
  }
}

/// A key in DER, taken for one of the forms that PEM would have named.
std::optional<Shown> show_der_key(Bytes der, const std::string& name) {
  for (const char* label : {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"}) {
    try {
      KeyCard card = key_card({.label = label, .der = Secret::copy_of(der)}, name);
      if (card.unread.empty()) {
        card.form += ", DER";
        return card;
      }
    } catch (const Error&) {
      continue; // not of this form
    }
  }
  return std::nullopt;
}

/// DER says nothing of what it holds: each kind is tried in turn.
Shown show_der(Bytes der, const std::string& name) {
  const auto attempt = [](auto parse) -> std::optional<Shown> {
    try {
      return parse();
    } catch (const Error&) {
      return std::nullopt;
    }
  };
  if (auto shown = attempt([&]() -> Shown { return x509::Certificate::from_der(der); }))
    return std::move(*shown);
  if (auto shown = attempt([&]() -> Shown { return x509::Request::from_der(der); }))
    return std::move(*shown);
  if (auto shown = attempt([&]() -> Shown { return x509::parse_crl(der); }))
    return std::move(*shown);
  if (auto shown = show_der_key(der, name))
    return std::move(*shown);
  throw Error(Errc::invalid_input, "failed to read '" + name +
                                       "': it is no certificate, request, revocation list or private key, neither PEM nor DER");
}

bool looks_like_pem(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.find("-----BEGIN ") != std::string_view::npos;
}

} // namespace

std::vector<Shown> inspect(Bytes bytes, const std::string& name) {
  if (bytes.empty())
    throw Error(Errc::invalid_input, "failed to read '" + name + "': the file is empty");
  std::vector<Shown> shown;
  if (!looks_like_pem(bytes)) {
    shown.push_back(show_der(bytes, name));
    return shown;
  }
  for (const x509::PemBlock& block : x509::read_pem(bytes, name, x509::Explanatory::skipped))
    if (auto one = show_named_block(block, name))
      shown.push_back(std::move(*one));
  return shown;
}

} // namespace dockpki::app
