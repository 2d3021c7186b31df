// Why: recipes and programs call their files as they like. What is in them tells which certificate and which key are a pair.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/files/file.hpp>
#include <dockpki/x509/certificate.hpp>

namespace dockpki::app {

/// FoundLeaf is a certificate that is not an authority's, and every file that holds it or its key.
struct FoundLeaf {
  x509::Certificate certificate;
  std::vector<files::Path> certificate_files; ///< at least one
  std::vector<files::Path> key_files;         ///< none if no key that fits was found
};

struct ForeignFolder {
  std::vector<FoundLeaf> leaves;            ///< in the order of the files' names
  std::vector<std::string> unopened_keys{}; ///< "ca-key.pem, which is encrypted": keys that could be anybody's
};

/// read_foreign_folder looks into every regular file of `folder` that is PEM, and of its folders `issued` and `private`, where
/// easy-rsa keeps certificates and keys. Of each file the first certificate counts: what follows is a chain.
/// Throws Errc::not_found, Errc::permission, Errc::invalid_input if the folder itself cannot be read.
ForeignFolder read_foreign_folder(const files::Path& folder);

/// read_foreign_file gives those that `file`, one of `given`, holds the certificate or the key of. What belongs to it is looked
/// for in `given` and in the folder of `file`. Throws as read_file does if the file cannot be read.
ForeignFolder read_foreign_file(const files::Path& file, const std::vector<files::Path>& given);

/// others_can_read says whether somebody else may have taken a copy of a key: its group or everybody can read the file.
bool others_can_read(const files::Path& key);

} // namespace dockpki::app
