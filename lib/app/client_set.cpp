#include "app/client_set.hpp"

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/x509/certificate.hpp>
#include <dockpki/x509/foreign_key.hpp>
#include <dockpki/x509/pem.hpp>

#include "app/order.hpp"
#include "app/renew_sets.hpp"

namespace dockpki::app {
namespace {

constexpr const char* name_one = "dockpki issue-client makes one; --cert DIR names another";

std::vector<files::Path> client_folders(const Context& context) {
  std::error_code error;
  std::vector<files::Path> folders;
  if (!std::filesystem::exists(context.home.root(), error))
    return folders;
  context.home.check();
  store::ReadSession session(context.home);
  for (const Candidate& one : find_candidates(session.inventory()))
    if (one.record.kind == pki::Kind::client && one.placement.owner.empty() && one.record.not_after >= context.now)
      folders.emplace_back(one.placement.folder);
  return folders;
}

/// The first certificate of a file; none if our strict reader does not take it.
std::optional<x509::Certificate> certificate_in_file(const Secret& pem, const std::string& name,
                                                     std::vector<std::string>& notes) {
  for (const x509::PemBlock& block : x509::read_pem(pem.bytes(), name, x509::Explanatory::skipped)) {
    if (block.label != "CERTIFICATE")
      continue;
    try {
      return x509::Certificate::from_der(block.der.bytes());
    } catch (const Error& error) {
      notes.push_back("'" + name + "' was not checked: " + error.what());
      return std::nullopt;
    }
  }
  throw Error(Errc::invalid_input, "failed to read '" + name + "': it holds no certificate");
}

} // namespace

files::Path find_client_set(const Context& context, const std::optional<files::Path>& named, const std::string& verb) {
  if (named)
    return absolute_folder(context, *named);
  const std::vector<files::Path> folders = client_folders(context);
  const files::Path own = absolute_folder(context, docker::client_folder(context.caller.docker, context.caller.working_folder));
  if (std::ranges::find(folders, own) != folders.end())
    return own;
  if (folders.empty())
    throw Error(Errc::not_found, "failed to " + verb + ": the PKI home '" + context.home.root().string() + "' has no client set",
                name_one);
  if (folders.size() > 1)
    throw Error(Errc::refused, "failed to " + verb + ": the PKI home has " + std::to_string(folders.size()) + " client sets",
                "name the folder of one: --cert " + folders.front().string());
  return folders.front();
}

SetContents read_any_set(const files::Path& folder, const docker::SetLayout& layout, TimePoint now) {
  const auto read = [&](const std::string& name, std::string_view what) {
    try {
      return files::read_file(folder / name, what, docker::largest_set_file);
    } catch (const Error& error) {
      if (error.code() != Errc::not_found)
        throw;
      throw Error(Errc::not_found, error.what(),
                  "such a set is a folder with " + layout.ca + ", " + layout.certificate + " and " + layout.key);
    }
  };
  SetContents set{.ca = read(layout.ca, "authorities"),
                  .certificate = read(layout.certificate, "certificate"),
                  .key = read(layout.key, "key"),
                  .leaf = std::nullopt,
                  .notes = {}};
  certificate_in_file(set.ca, (folder / layout.ca).string(), set.notes);
  const std::string key_name = (folder / layout.key).string();
  const auto encrypted = [&]() -> Secret {
    throw Error(Errc::refused, "failed to use key '" + key_name + "': it is encrypted, and Docker reads none that is",
                "decrypt it first: openssl pkey -in KEY -out " + layout.key);
  };
  set.leaf = certificate_in_file(set.certificate, (folder / layout.certificate).string(), set.notes);
  const x509::ForeignKey key = x509::read_foreign_key(set.key.bytes(), key_name, encrypted);
  if (!set.leaf)
    return set;
  if (!(key.key.public_key() == set.leaf->contents().subject_public_key))
    throw Error(Errc::refused, "failed to use key '" + key_name + "': it is not that of " + layout.certificate,
                "take certificate and key from the same set");
  if (const TimePoint end = set.leaf->contents().validity.not_after; end < now)
    set.notes.push_back("the certificate has expired on " + format_day(end) + ": nobody accepts it");
  return set;
}

} // namespace dockpki::app
