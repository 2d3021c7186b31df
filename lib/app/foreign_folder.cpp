#include "app/foreign_folder.hpp"

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/pki/foreign_authority.hpp>
#include <dockpki/x509/foreign_key.hpp>

namespace dockpki::app {
namespace {

struct FoundKey {
  files::Path file;
  x509::PublicKey public_half;
};

/// The regular files of `folder`, by name.
std::vector<files::Path> files_in(const files::Path& folder) {
  std::vector<files::Path> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (std::error_code ignored; entry->is_regular_file(ignored))
      found.push_back(entry->path());
  if (error == std::errc::no_such_file_or_directory)
    throw Error(Errc::not_found, "failed to read folder '" + folder.string() + "': there is none");
  if (error == std::errc::not_a_directory)
    throw Error(Errc::invalid_input, "failed to read folder '" + folder.string() + "': it is not a folder",
                "give the folder that holds certificate and key");
  if (error)
    throw Error(Errc::permission, "failed to read folder '" + folder.string() + "': " + error.message());
  std::ranges::sort(found);
  return found;
}

bool is_authority(const x509::Certificate& certificate) {
  const auto& constraints = certificate.contents().basic_constraints;
  return (constraints && constraints->is_ca) || pki::is_signed_by_itself(certificate);
}

class Finder {
public:
  void read(const files::Path& file) {
    Secret bytes;
    try {
      bytes = files::read_file(file, "file", docker::largest_set_file);
    } catch (const Error& error) {
      if (error.code() == Errc::permission)
        found_.unopened_keys.push_back(file.filename().string() + ", which you may not read");
      return; // too large to be a part of a set
    }
    const std::string_view text = bytes.text();
    if (text.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos)
      take_certificate(file, bytes.bytes());
    if (text.find("PRIVATE KEY-----") != std::string_view::npos)
      take_key(file, bytes.bytes());
  }

  ForeignFolder pairs() && {
    for (FoundLeaf& leaf : found_.leaves)
      for (const FoundKey& key : keys_)
        if (key.public_half == leaf.certificate.contents().subject_public_key)
          leaf.key_files.push_back(key.file);
    return std::move(found_);
  }

private:
  void take_certificate(const files::Path& file, Bytes bytes) {
    try {
      const std::vector<x509::Certificate> all = x509::Certificate::all_from_pem(bytes, file.string());
      if (all.empty() || is_authority(all.front()))
        return;
      const auto same = std::ranges::find_if(
          found_.leaves, [&](const FoundLeaf& leaf) { return std::ranges::equal(leaf.certificate.der(), all.front().der()); });
      if (same != found_.leaves.end())
        same->certificate_files.push_back(file);
      else
        found_.leaves.push_back({all.front(), {file}, {}});
    } catch (const Error&) {
      return; // whatever it is, Docker does not read it either
    }
  }

  void take_key(const files::Path& file, Bytes bytes) {
    try {
      keys_.push_back({file, x509::read_foreign_key(bytes, file.string()).key.public_key()});
    } catch (const Error& error) {
      if (error.code() == Errc::wrong_passphrase)
        found_.unopened_keys.push_back(file.filename().string() + ", which is encrypted");
    }
  }

  ForeignFolder found_;
  std::vector<FoundKey> keys_;
};

} // namespace

ForeignFolder read_foreign_folder(const files::Path& folder) {
  Finder finder;
  for (const files::Path& file : files_in(folder))
    finder.read(file);
  for (const char* part : {"issued", "private"})
    if (std::error_code error; std::filesystem::is_directory(folder / part, error))
      for (const files::Path& file : files_in(folder / part))
        finder.read(file);
  return std::move(finder).pairs();
}

ForeignFolder read_foreign_file(const files::Path& file, const std::vector<files::Path>& given) {
  files::read_file(file, "file", docker::largest_set_file); // here a fault is told
  std::vector<files::Path> all = files_in(file.parent_path());
  for (const files::Path& one : given)
    if (std::ranges::find(all, one) == all.end())
      all.push_back(one);
  Finder finder;
  for (const files::Path& one : all)
    finder.read(one);
  ForeignFolder found = std::move(finder).pairs();
  std::erase_if(found.leaves, [&](const FoundLeaf& leaf) {
    return std::ranges::find(leaf.certificate_files, file) == leaf.certificate_files.end() &&
           std::ranges::find(leaf.key_files, file) == leaf.key_files.end();
  });
  return found;
}

bool others_can_read(const files::Path& key) {
  using std::filesystem::perms;
  std::error_code error;
  const perms mode = std::filesystem::status(key, error).permissions();
  return !error && (mode & (perms::group_read | perms::others_read)) != perms::none;
}

} // namespace dockpki::app
