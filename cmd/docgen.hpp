// Why: the manual and the completions of the shells are made from the command line itself, so that they cannot tell another story
// than it does.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"

namespace dockpki::cmd {

/// OptionDoc is what an option says of itself.
struct OptionDoc {
  std::vector<std::string> names; ///< "-h", "--help"; for an operand its name alone: "FILE"
  std::string value;              ///< "DIR", "TYPE", ...; empty for a flag
  std::string text;
  std::vector<std::string> excludes; ///< "--client"
  bool operand = false;
  bool required = false;
  bool repeatable = false;
};

/// CommandDoc is a command with the options of its own.
struct CommandDoc {
  const Command* command = nullptr;
  std::vector<OptionDoc> options;
};

/// Documentation is the whole command line.
struct Documentation {
  std::string description;
  std::vector<OptionDoc> globals; ///< what every command takes
  std::vector<CommandDoc> commands;
};

/// read_documentation walks the command line that build_app makes.
Documentation read_documentation();

/// A file to be written: its name and what is in it.
struct Page {
  std::string name;
  std::string text;
};

/// man_pages gives dockpki.1.scd and a page a command, for scdoc(1).
std::vector<Page> man_pages(const Documentation& documentation);

/// completions gives dockpki.bash, _dockpki (zsh) and dockpki.fish.
std::vector<Page> completions(const Documentation& documentation);

/// The table of all findings, in Markdown, for docs/.
Page findings_page();

/// ends_sentence gives `text` with a full stop behind it, unless one stands there.
std::string ends_sentence(std::string_view text);

} // namespace dockpki::cmd
