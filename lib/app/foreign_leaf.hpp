// Why: whether a certificate that somebody else made can be looked after here is decided by what it says and where it lies.
// Nothing is changed here.
#pragma once

#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/pki/kind.hpp>

#include "app/foreign_folder.hpp"

namespace dockpki::app {

/// Its usage decides; where that says both or nothing, the name of its file; then its names. Never Kind::dual: that is made only
/// when asked for. Throws Errc::refused for another usage.
pki::Kind kind_of(const FoundLeaf& leaf);

/// Its common name, else its first DNS name, else that of the folder where it lies.
std::string name_of(const FoundLeaf& leaf);

/// Throws Errc::refused if no key fits it; `unopened` is what was not looked into.
void check_has_key(const FoundLeaf& leaf, const std::vector<std::string>& unopened);

/// Throws Errc::refused if its key or its names are such that dockpki would not sign them again.
void check_renewable(const x509::CertificateContents& contents, pki::Kind kind, const std::string& name);

/// The folder where the set lies under the names of `layout`. Throws Errc::refused if there is none, and whatever a renewal there
/// would stumble over.
files::Path folder_in_layout(const FoundLeaf& leaf, const docker::SetLayout& layout);

/// What is odd about it, a sentence each.
std::vector<std::string> notes_on_leaf(const x509::CertificateContents& contents, pki::Kind kind, const std::string& name,
                                       TimePoint now);

} // namespace dockpki::app
