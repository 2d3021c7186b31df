// Why: which set a docker client is to be configured with, and whether Docker could read it at all, is asked by several commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/base/secret.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::app {

/// find_client_set gives the folder that is named, else that of the home's client set: the caller's own, or the only one. `verb`
/// is what messages call the attempt: "configure the docker client". Throws Errc::not_found, Errc::refused for several.
files::Path find_client_set(const Context& context, const std::optional<files::Path>& named, const std::string& verb);

/// SetContents is what the three files of a set hold.
struct SetContents {
  Secret ca;
  Secret certificate;
  Secret key;
  std::optional<x509::Certificate> leaf; ///< none if the strict reader does not take it, which Docker may
  std::vector<std::string> notes;        ///< what is odd about them
};

/// read_any_set reads a set that may be anybody's, and refuses what Docker refuses: a key that is encrypted or not the
/// certificate's, a ca.pem without a certificate. Throws Errc::not_found, Errc::permission, Errc::refused, Errc::invalid_input.
SetContents read_any_set(const files::Path& folder, const docker::SetLayout& layout, TimePoint now);

} // namespace dockpki::app
