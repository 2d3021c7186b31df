// Why: where an authority's own two files lie in the home; shared by the use cases that make, use and change them.
#pragma once

#include <string>

#include <dockpki/store/home.hpp>

namespace dockpki::app {

inline constexpr const char* ca_certificate_name = "ca.pem";
inline constexpr const char* ca_key_name = "ca-key.pem";
inline constexpr const char* crl_pem_name = "crl.pem";
inline constexpr const char* crl_der_name = "crl.der";

files::Path certificate_path(const store::Home& home, const std::string& authority);
files::Path key_path(const store::Home& home, const std::string& authority);
/// The PEM of the authority's key, as it stands. Throws as files::read_private_key_file does.
Secret read_key_file(const store::Home& home, const std::string& authority);

} // namespace dockpki::app
