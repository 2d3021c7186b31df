// Why: whether a certificate that somebody else made can be looked after here is decided by what it says and where it lies.
// Nothing is changed here.
#pragma once

#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/pki/kind.hpp>
#include <dockpki/store/inventory.hpp>

#include "app/foreign_folder.hpp"

namespace dockpki::app {

/// Its usage decides; where that says nothing, the name of its file; then its names. Throws Errc::refused for another usage.
pki::Kind kind_of(const FoundLeaf& leaf);

/// What the files of the set are called when it is written: those of a dual one as they are called already.
store::Layout layout_for(const FoundLeaf& leaf, pki::Kind kind);

/// Its common name, else its first DNS name, else that of the folder where it lies.
std::string name_of(const FoundLeaf& leaf);

/// Throws Errc::refused if no key fits it; `unopened` is what was not looked into.
void check_has_key(const FoundLeaf& leaf, const std::vector<std::string>& unopened);

/// Throws Errc::refused if its key or its names are such that `signer`, an authority of ours, would not sign them again.
void check_renewable(const x509::CertificateContents& contents, pki::Kind kind, const std::string& name,
                     const x509::CertificateContents& signer);

/// SetPlace is a folder and what the files of a set are called in it.
struct SetPlace {
  files::Path folder;
  store::Layout layout = store::Layout::server;
};

/// Where the set lies under Docker's names. Throws Errc::refused if nowhere, and what check_place throws.
std::vector<SetPlace> places_of(const FoundLeaf& leaf, pki::Kind kind);

/// Throws what a renewal would stumble over: a file that is missing or a link, a key that others may read.
void check_place(const SetPlace& place);

/// What is odd about it, a sentence each.
std::vector<std::string> notes_on_leaf(const x509::CertificateContents& contents, pki::Kind kind, const std::string& name,
                                       TimePoint now);

} // namespace dockpki::app
