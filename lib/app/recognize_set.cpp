// verify FILE...: which of the files is the certificate, which its key, and which the authority's?
#include <algorithm>

#include <dockpki/app/predict.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/goverify/key_pair.hpp>
#include <dockpki/goverify/verify.hpp>

namespace dockpki::app {
namespace {

struct GivenFile {
  files::Path path;
  Secret contents;
  goverify::Pool certificates;
  bool has_key = false;
};

constexpr const char* by_name = "put them into a folder as ca.pem, cert.pem and key.pem, and name that";

GivenFile read(const files::Path& path) {
  docker::GoRead file = docker::read_as_go(path.string());
  if (!file.contents)
    throw Error(file.is_missing ? Errc::not_found : Errc::io, "failed to verify the files: " + file.error);
  GivenFile given{path, std::move(*file.contents), {}, false};
  given.certificates = goverify::read_pool(given.contents.bytes(), {});
  given.has_key = given.contents.text().find("PRIVATE KEY-----") != std::string_view::npos;
  if (given.certificates.certificates.empty() && !given.has_key)
    throw Error(Errc::usage, "failed to verify '" + path.string() + "': neither a certificate nor a private key is read in it",
                "Docker reads PEM only; if it is meant for one of the three: " + std::string(by_name));
  return given;
}

[[noreturn]] void refuse(const std::string& what, const std::vector<const GivenFile*>& which) {
  std::string names;
  for (const GivenFile* file : which)
    names += (names.empty() ? ": '" : ", '") + file->path.string() + "'";
  throw Error(Errc::usage, "failed to verify the files: " + what + names, by_name);
}

std::vector<const GivenFile*> those(const std::vector<const GivenFile*>& files, const auto& fits) {
  std::vector<const GivenFile*> found;
  std::ranges::copy_if(files, std::back_inserter(found), [&](const GivenFile* file) { return fits(*file); });
  return found;
}

/// The certificate that the key belongs to; where it belongs to none, the only one that is no authority.
const GivenFile& leaf_among(const std::vector<const GivenFile*>& files, const GivenFile& key) {
  std::vector<const GivenFile*> found = those(files, [&](const GivenFile& file) {
    return std::holds_alternative<goverify::KeyPair>(goverify::load_key_pair(file.contents.bytes(), key.contents.bytes(), {}));
  });
  if (found.empty())
    found = those(files, [](const GivenFile& file) { return !file.certificates.certificates.front()->is_ca; });
  if (found.size() == 1)
    return *found.front();
  if (found.empty())
    refuse("the key belongs to no certificate, and each of these is an authority's", files);
  refuse("more than one may be the certificate of the key", found);
}

bool is_meant_for(const goverify::Certificate& leaf, goverify::ExtendedKeyUsage purpose) {
  const auto& purposes = leaf.extended_key_usage;
  return purposes.empty() || std::ranges::find(purposes, purpose) != purposes.end() ||
         std::ranges::find(purposes, goverify::ExtendedKeyUsage::any) != purposes.end();
}

} // namespace

RecognizedSet recognize_set(const std::vector<files::Path>& paths) {
  std::vector<GivenFile> given;
  std::ranges::transform(paths, std::back_inserter(given), read);
  std::vector<const GivenFile*> all;
  std::ranges::transform(given, std::back_inserter(all), [](const GivenFile& file) { return &file; });
  const auto keys = those(all, [](const GivenFile& file) { return file.has_key; });
  const auto certificates = those(all, [](const GivenFile& file) { return !file.certificates.certificates.empty(); });
  if (keys.size() != 1)
    refuse(keys.empty() ? "none of them holds a private key" : "more than one holds a private key", keys.empty() ? all : keys);
  if (certificates.empty())
    refuse("none of them holds a certificate", all);
  const GivenFile& leaf = leaf_among(certificates, *keys.front());
  const auto authorities = those(certificates, [&](const GivenFile& file) { return &file != &leaf; });
  if (authorities.size() != 1)
    refuse(authorities.empty() ? "none of them holds the authority's certificate" : "more than one may be ca.pem",
           authorities.empty() ? all : authorities);
  const goverify::Certificate& certificate = *leaf.certificates.certificates.front();
  return {.files = {authorities.front()->path, leaf.path, keys.front()->path},
          .is_of_server = is_meant_for(certificate, goverify::ExtendedKeyUsage::server_auth),
          .is_of_client = is_meant_for(certificate, goverify::ExtendedKeyUsage::client_auth)};
}

} // namespace dockpki::app
