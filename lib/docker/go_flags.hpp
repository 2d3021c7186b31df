// Why: which words of a command line are options, values or arguments is decided by pflag, for dockerd and docker alike.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dockpki::docker {

enum class FlagKind {
  none,    ///< no flag: a key of the file alone
  boolean, ///< needs no value
  integer,
  text,    ///< the last one counts
  quoted,  ///< text without a pair of quotes around it
  brittle, ///< the same, but an empty text and a lone quote crash the program (20.10)
  list,    ///< each one counts
  host     ///< a list of hosts
};

struct Flag {
  std::string_view name;
  char shorthand; ///< 0: none
  FlagKind kind;
};

/// Flags is what a command line said.
struct Flags {
  std::map<std::string, std::vector<std::string>, std::less<>> values; ///< those that were given, by name
  std::vector<std::string> arguments;                                  ///< the other words
  std::string error;                                                   ///< why the command line is refused; empty if it is not
  std::vector<std::string> quoted;                                     ///< values whose quotes were taken off
  bool crashed = false;                                                ///< the program ends with a panic
  bool asked_help = false;                                             ///< --help, -h where that is no other flag

  [[nodiscard]] bool changed(std::string_view name) const { return values.find(name) != values.end(); }
  /// The last value, or "".
  [[nodiscard]] std::string last(std::string_view name) const;
  /// A switch: its value, or `otherwise` where it was not given.
  [[nodiscard]] bool is_on(std::string_view name, bool otherwise) const;
};

/// After the first argument, are words with a hyphen still flags?
enum class Interspersed { no, yes };

/// Why a flag's value is refused; empty if it is not.
using ValueCheck = std::function<std::string(const Flag&, const std::string&)>;

/// parse_flags reads `words` as pflag does. `check` looks at each value that is no switch and no number.
Flags parse_flags(std::span<const std::string> words, std::span<const Flag> flags, Interspersed interspersed,
                  const ValueCheck& check);

} // namespace dockpki::docker
