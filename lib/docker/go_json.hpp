// Why: encoding/json takes keys twice, folds their case, and stops or does not stop behind the first value. What dockerd and
// docker make of a file can be told only by reading it in the same way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dockpki::docker {

enum class JsonKind { null, boolean, number, string, array, object };

struct JsonMember;

/// JsonValue is a value as it stood there: members in their order, a key perhaps more than once.
struct JsonValue {
  JsonKind kind = JsonKind::null;
  std::string text;                ///< a string's characters; a number, true and false as written
  std::vector<JsonMember> members; ///< of an object; of an array, with empty keys

  /// The last member of that key, or null.
  [[nodiscard]] const JsonValue* find(std::string_view key) const;
  /// %v of fmt.
  [[nodiscard]] std::string printed() const;
};

struct JsonMember {
  std::string key;
  JsonValue value;
};

/// "string", "number" and so on, as messages of encoding/json call it.
std::string_view json_word(JsonKind kind);

/// How messages are worded, and whether something may stand behind the value.
enum class JsonReader {
  decoder,     ///< json.Decoder: what stands behind the first value is not looked at
  unmarshal,   ///< json.Unmarshal
  unmarshal_v2 ///< json.Unmarshal of Go 1.27, which is encoding/json/v2 below
};

struct JsonResult {
  JsonValue value;
  std::string error;         ///< why the text is refused; empty if it is not
  bool has_trailing = false; ///< something stands behind the value
};

/// Deeper values are checked, but their members are not kept.
inline constexpr std::size_t kept_json_depth = 4;

JsonResult read_json(std::string_view text, JsonReader reader);

} // namespace dockpki::docker
