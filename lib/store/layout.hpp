// Why: the names under which sets lie in folders; what is cleaned up or looked at is found by them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <dockpki/store/home.hpp>

namespace dockpki::store {

inline constexpr const char* authority_certificate_file = "ca.pem";
inline constexpr const char* authority_key_file = "ca-key.pem";
inline constexpr const char* crl_pem_file = "crl.pem";
inline constexpr const char* crl_der_file = "crl.der";

/// "server-cert.pem" or "cert.pem".
const std::string& certificate_file(Layout layout);
/// Every file that dockpki puts into folders, of any layout.
std::span<const std::string> known_files();

/// The parts of a home that hold sets.
std::vector<files::Path> folders_of_sets(const Home& home);

/// Names in `folder`, or nothing where it does not exist.
std::vector<std::string> names_in_folder(const files::Path& folder);

/// The certificates in a PEM file, as they stand; empty where there is no such file or it cannot be read.
std::vector<Der> read_certificates(const files::Path& file);

} // namespace dockpki::store
