// Why: config.json and daemon.json belong to somebody else. What is not ours in them stays to the octet: its order, its unknown
// keys, its blanks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dockpki::docker {

/// JsonText is a JSON object that is edited in its text, member by member.
class JsonText {
public:
  /// Takes `text`, which must be one object (RFC 8259), UTF-8 without a byte order mark, nested at most 64 deep, with no key
  /// twice in an object: Docker takes the last one, and who reads the file the first. `name` is what messages call it. Throws
  /// Errc::invalid_input, with the line.
  JsonText(std::string text, std::string_view name);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::vector<std::string> keys() const;
  /// The value of a member as it is written; none if there is no such member.
  [[nodiscard]] std::optional<std::string> value(std::string_view key) const;
  /// Replaces the value of a member, or adds one behind the last, laid out as that one is. `json` is any JSON.
  void set(std::string_view key, std::string_view json);
  /// Adds a string to the end of a member that is a list.
  void append(std::string_view key, std::string_view string);

private:
  std::string text_;
};

/// `text` as a JSON string, in quotes. What is no UTF-8 is replaced.
std::string json_string(std::string_view text);

/// The strings of a list, as it is written; none if it is no list of strings.
std::optional<std::vector<std::string>> json_strings(std::string_view json);

} // namespace dockpki::docker
