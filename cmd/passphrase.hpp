// Why: a passphrase comes from a terminal, a file or a file descriptor, never from an argument or a variable that holds it.
#pragma once

#include <optional>
#include <string>

#include <dockpki/base/secret.hpp>

namespace dockpki::cmd {

/// Where a passphrase may come from, apart from the terminal.
struct PassphraseSource {
  std::optional<std::string> file;
  std::optional<int> fd;
  [[nodiscard]] bool given() const noexcept { return file || fd; }
};

enum class Prompt { once, twice };

/// read_passphrase reads from `source` (the first line; at most 1024 octets), else, if standard input is a terminal, prompts
/// there with `label` and without echo. `flag` is the option that messages name. Throws Errc::usage (no source and no terminal,
/// empty, too long, two entries that differ), Errc::cancelled (interrupted), Errc::not_found and the like for the file.
Secret read_passphrase(const PassphraseSource& source, Prompt prompt, const std::string& label, const std::string& flag);

} // namespace dockpki::cmd
