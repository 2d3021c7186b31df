#include "store/layout.hpp"

#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/pem.hpp>

#include "files/fd.hpp"

namespace dockpki::store {

const std::string& certificate_file(Layout layout) {
  static const std::string server = "server-cert.pem";
  static const std::string client = "cert.pem";
  return layout == Layout::server ? server : client;
}

std::span<const std::string> known_files() {
  static const std::array<std::string, 9> names = {authority_certificate_file,
                                                   authority_key_file,
                                                   "server-cert.pem",
                                                   "server-key.pem",
                                                   "cert.pem",
                                                   "key.pem",
                                                   "request.csr",
                                                   crl_pem_file,
                                                   crl_der_file};
  return names;
}

std::vector<files::Path> folders_of_sets(const Home& home) {
  return {home.root() / "authorities", home.root() / "servers", home.root() / "clients"};
}

std::vector<std::string> names_in_folder(const files::Path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return {};
  const std::optional<files::Fd> fd = files::open_folder(folder);
  return fd ? files::names_in(fd->get(), folder) : std::vector<std::string>{};
}

std::vector<Der> read_certificates(const files::Path& file) {
  std::vector<Der> certificates;
  try {
    const Secret text = files::read_file(file, "certificate", x509::largest_input);
    for (const x509::PemBlock& block : x509::read_pem(text.bytes(), file.string(), x509::Explanatory::skipped))
      if (block.label == "CERTIFICATE")
        certificates.emplace_back(block.der.bytes().begin(), block.der.bytes().end());
  } catch (const Error&) {
    certificates.clear(); // whoever asks wants to know what is there, not why something else is
  }
  return certificates;
}

} // namespace dockpki::store
