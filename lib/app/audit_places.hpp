// Why: everything that an audit looks at beside the daemon belongs to somebody who may have planted it: a FIFO, a link, a name
// full of escape sequences, a folder with a million entries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/base/secret.hpp>

#include "app/audited_machine.hpp"

namespace dockpki::app {

/// ListedFolder holds the names in a folder, sorted; of more than a thousand the first that were found.
struct ListedFolder {
  std::vector<std::string> names;
  std::string trouble; ///< why it could not be read; "" also where there is none
};
ListedFolder list_folder(const AuditedMachine& machine, const files::Path& folder);

/// What is there of `pattern` below `folder`: "contexts/tls/*/*". Each part of it is a pattern of glob(7).
std::vector<files::Path> expand(const AuditedMachine& machine, const files::Path& folder, const files::Path& pattern);

/// SeenFile is what stat(2) says of a path; links are followed within the root.
struct SeenFile {
  bool is_missing = false;
  std::string trouble;              ///< why it could not be looked at; ""
  files::Path real;                 ///< seen from here; no part of it is a link
  std::vector<files::Path> folders; ///< that were passed on the way to it, seen from here, the root first
  files::Standing standing;
};
SeenFile look_at(const AuditedMachine& machine, const files::Path& path);

/// ReadText is a file, of at most a MiB.
struct ReadText {
  std::optional<Secret> contents;
  std::string trouble; ///< why it could not be read; "" where there is no such file
};
ReadText read_text(const AuditedMachine& machine, const files::Path& path);

/// "/home/ann/.docker/key.pem: ann:ann 0644"; printable.
std::string describe(const AuditedMachine& machine, const files::Path& path, const files::Standing& standing);

/// `path` as one word for a shell.
std::string shell_word(const files::Path& path);

/// Whose environment it is that the machine was given; nullptr for an image, and for one who is not among the users.
const LocalUser* caller_of(const AuditedMachine& machine);

/// The folder of contexts and config.json: DOCKER_CONFIG of the caller, else ~/.docker. As the machine sees it.
files::Path config_folder_of(const AuditedMachine& machine, const LocalUser& user);

/// Every folder in which docker looks for ca.pem, cert.pem and key.pem of that user.
std::vector<files::Path> client_folders_of(const AuditedMachine& machine, const LocalUser& user);

/// note_ends takes down the end of every certificate in a PEM file that Docker reads. `role` is that of the leaves.
void note_ends(const AuditedMachine& machine, const files::Path& path, const std::string& role, AuditNotes& notes);

/// Does one of the daemons listen where others can reach it?
bool is_reachable(const AuditedMachine& machine);

} // namespace dockpki::app
