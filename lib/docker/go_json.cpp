#include "docker/go_json.hpp"

#include <algorithm>
#include <array>

#include "docker/go_net.hpp"
#include "docker/go_text.hpp"

namespace dockpki::docker {
namespace {

constexpr std::size_t deepest = 10000; // as encoding/json

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex(char c) {
  if (is_digit(c))
    return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// A text that is no JSON.
struct Fault {
  std::string text;
};

class Reader {
public:
  Reader(std::string_view text, JsonReader reader) : text_(text), reader_(reader) {}

  JsonResult read() {
    JsonResult result;
    try {
      skip_space();
      value(result.value);
      skip_space();
      result.has_trailing = at_ < text_.size();
      if (result.has_trailing && reader_ != JsonReader::decoder)
        unexpected("after top-level value");
    } catch (const Fault& fault) {
      result.error = fault.text;
    }
    return result;
  }

private:
  /// A container that is being read, and where its members go; null below the depth that is kept.
  struct Open {
    bool is_object;
    JsonValue* value;
    bool is_empty = true;
  };

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_]))
      ++at_;
  }

  /// The character of a message: a whole one in v2, else an octet taken for one.
  [[nodiscard]] std::string shown() const {
    const char c = text_[at_];
    if (c == '\'')
      return R"('\'')";
    if (c == '"')
      return R"('"')";
    std::string character(1, c);
    if (static_cast<unsigned char>(c) >= 0x80) {
      character.clear();
      std::size_t end = at_ + 1;
      while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0U) == 0x80)
        ++end;
      if (reader_ == JsonReader::unmarshal_v2)
        character = text_.substr(at_, end - at_);
      else
        append_utf8(character, static_cast<unsigned char>(c));
    }
    const std::string quoted = go_quote(character);
    return '\'' + quoted.substr(1, quoted.size() - 2) + '\'';
  }

  [[noreturn]] void unexpected(const std::string& where) {
    if (at_ < text_.size())
      throw Fault{"invalid character " + shown() + ' ' + where};
    if (reader_ != JsonReader::decoder)
      throw Fault{"unexpected end of JSON input"};
    throw Fault{std::ranges::all_of(text_, is_space) ? "EOF" : "unexpected EOF"};
  }

  [[nodiscard]] bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }

  void literal(JsonValue& target, std::string_view word, JsonKind kind) {
    for (std::size_t i = 0; i < word.size(); ++i, ++at_)
      if (!is_at(word[i]))
        unexpected("in literal " + std::string(word) + " (expecting '" + word[i] + "')");
    target.kind = kind;
    target.text = word;
  }

  void digits(const std::string& where) {
    if (at_ >= text_.size() || !is_digit(text_[at_]))
      unexpected(where);
    while (at_ < text_.size() && is_digit(text_[at_]))
      ++at_;
  }

  void number(JsonValue& target) {
    const std::size_t start = at_;
    if (is_at('-'))
      ++at_;
    if (is_at('0'))
      ++at_;
    else
      digits("in numeric literal");
    if (is_at('.')) {
      ++at_;
      digits("after decimal point in numeric literal");
    }
    if (is_at('e') || is_at('E')) {
      ++at_;
      if (is_at('+') || is_at('-'))
        ++at_;
      digits("in exponent of numeric literal");
    }
    target.kind = JsonKind::number;
    target.text = text_.substr(start, at_ - start);
  }

  unsigned unicode_escape() {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ >= text_.size() || hex(text_[at_]) < 0)
        unexpected("in \\u hexadecimal character escape");
      code = (code << 4U) | static_cast<unsigned>(hex(text_[at_]));
    }
    return code;
  }

  void escape(std::string& text) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    ++at_;
    if (is_at('u')) {
      ++at_;
      unsigned code = unicode_escape();
      if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_, 2) == "\\u") {
        const std::size_t second = at_;
        at_ += 2;
        const unsigned low = unicode_escape();
        if (low >= 0xdc00 && low < 0xe000) {
          append_utf8(text, 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00));
          return;
        }
        at_ = second;
      }
      append_utf8(text, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
      return;
    }
    const std::size_t letter = at_ < text_.size() ? letters.find(text_[at_]) : std::string_view::npos;
    if (letter == std::string_view::npos) {
      if (reader_ == JsonReader::unmarshal_v2 && at_ < text_.size())
        throw Fault{"invalid escape sequence '\\" + std::string(1, text_[at_]) + "' in string"};
      unexpected("in string escape code");
    }
    text += meant[letter];
    ++at_;
  }

  std::string string() {
    std::string text;
    for (++at_; !is_at('"');) {
      if (at_ >= text_.size() || static_cast<unsigned char>(text_[at_]) < 0x20)
        unexpected(reader_ == JsonReader::unmarshal_v2 ? "in string" : "in string literal");
      if (is_at('\\'))
        escape(text);
      else
        text += text_[at_++];
    }
    ++at_;
    return text;
  }

  /// A value that is no container; or the start of one, which is then on top of `open_`.
  void start(JsonValue* target) {
    JsonValue dropped;
    JsonValue& value = target != nullptr ? *target : dropped;
    if (is_at('{') || is_at('[')) {
      const bool is_object = is_at('{');
      value.kind = is_object ? JsonKind::object : JsonKind::array;
      ++at_;
      if (open_.size() >= deepest)
        throw Fault{"exceeded max depth"};
      open_.push_back({is_object, open_.size() < kept_json_depth ? target : nullptr});
    } else if (is_at('"')) {
      value.kind = JsonKind::string;
      value.text = string();
    } else if (is_at('t')) {
      literal(value, "true", JsonKind::boolean);
    } else if (is_at('f')) {
      literal(value, "false", JsonKind::boolean);
    } else if (is_at('n')) {
      literal(value, "null", JsonKind::null);
    } else if (at_ < text_.size() && (is_at('-') || is_digit(text_[at_]))) {
      number(value);
    } else {
      unexpected("looking for beginning of value");
    }
  }

  /// The next member of the innermost container, or its end.
  void step() {
    Open& open = open_.back();
    skip_space();
    const char end = open.is_object ? '}' : ']';
    if (is_at(end) && open.is_empty) {
      ++at_;
      open_.pop_back();
      return;
    }
    if (!open.is_empty) {
      if (is_at(end)) {
        ++at_;
        open_.pop_back();
        return;
      }
      if (!is_at(','))
        unexpected(open.is_object ? "after object key:value pair" : "after array element");
      ++at_;
      skip_space();
    }
    open.is_empty = false;
    std::string key;
    if (open.is_object) {
      if (!is_at('"'))
        unexpected("looking for beginning of object key string");
      key = string();
      skip_space();
      if (!is_at(':'))
        unexpected("after object key");
      ++at_;
      skip_space();
    }
    start(open.value != nullptr ? &open.value->members.emplace_back(JsonMember{std::move(key), {}}).value : nullptr);
  }

  void value(JsonValue& target) {
    start(&target);
    while (!open_.empty())
      step();
  }

  std::string_view text_;
  JsonReader reader_;
  std::size_t at_ = 0;
  std::vector<Open> open_;
};

} // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto found = std::find_if(members.rbegin(), members.rend(), [&](const JsonMember& member) { return member.key == key; });
  return found == members.rend() ? nullptr : &found->value;
}

std::string JsonValue::printed() const {
  if (kind == JsonKind::null)
    return "<nil>";
  if (kind != JsonKind::array && kind != JsonKind::object)
    return text;
  std::string all = kind == JsonKind::array ? "[" : "map[";
  for (std::size_t i = 0; i < members.size(); ++i)
    all += (i == 0 ? "" : " ") + (kind == JsonKind::object ? members[i].key + ':' : "") + members[i].value.printed();
  return all + ']';
}

std::string_view json_word(JsonKind kind) {
  static constexpr std::array<std::string_view, 6> words{"null", "bool", "number", "string", "array", "object"};
  return words.at(static_cast<std::size_t>(kind));
}

JsonResult read_json(std::string_view text, JsonReader reader) {
  return Reader(text, reader).read();
}

} // namespace dockpki::docker
