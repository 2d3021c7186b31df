#include "docker/json_text.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::docker {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t deepest = 64;

/// Looks for what nlohmann's own reader lets pass: a key twice, and nesting without an end.
class Checker : public nlohmann::json_sax<Json> {
public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    objects_.emplace_back();
    return is_shallow();
  }
  bool end_object() override {
    objects_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    objects_.emplace_back();
    return is_shallow();
  }
  bool end_array() override { return end_object(); }
  bool key(string_t& name) override {
    if (objects_.back().insert(name).second)
      return true;
    fault_ = "the key '" + x509::printable(name) + "' stands in it twice";
    hint_ = "Docker takes the last one: remove the other";
    return false;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    position_ = position;
    fault_ = "it is no JSON";
    hint_ = "mend it first: a comma too many, a quote too few, a comment?";
    return false;
  }

  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
  /// Of the octet that is wrong, from 1; 0 if it is not known.
  [[nodiscard]] std::size_t position() const noexcept { return position_; }

private:
  bool is_shallow() {
    if (objects_.size() <= deepest)
      return true;
    fault_ = "it is nested more than " + std::to_string(deepest) + " deep";
    return false;
  }

  std::vector<std::set<std::string>> objects_;
  std::string fault_;
  std::string hint_;
  std::size_t position_ = 0;
};

/// One member of an object, or one element of a list, as offsets into the text.
struct Element {
  std::size_t lead = 0;  ///< behind the bracket or comma before it
  std::size_t begin = 0; ///< of the key, or of the value in a list
  std::size_t key_end = 0;
  std::size_t value = 0;
  std::size_t end = 0;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (is_blank(text[at]))
    ++at;
  return at;
}

std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at)
    if (text[at] == '\\')
      ++at;
  return at + 1;
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"')
      at = skip_string(text, at) - 1;
    else if (c == '{' || c == '[')
      ++depth;
    else if (c == '}' || c == ']') {
      if (depth == 0)
        return at;
      --depth;
    }
    if (depth == 0 && at + 1 < text.size() &&
        (is_blank(text[at + 1]) || text[at + 1] == ',' || text[at + 1] == '}' || text[at + 1] == ']'))
      return at + 1;
  }
  return at;
}

/// The members of an object or the elements of a list. `text` is valid.
std::vector<Element> elements(std::string_view text) {
  std::vector<Element> found;
  std::size_t at = skip_blanks(text, 0);
  const bool is_object = text[at++] == '{';
  if (const std::size_t first = skip_blanks(text, at); text[first] == '}' || text[first] == ']')
    return found;
  for (;;) {
    Element element{.lead = at, .begin = skip_blanks(text, at)};
    element.value = element.begin;
    if (is_object) {
      element.key_end = skip_string(text, element.begin);
      element.value = skip_blanks(text, skip_blanks(text, element.key_end) + 1);
    }
    element.end = skip_value(text, element.value);
    found.push_back(element);
    at = skip_blanks(text, element.end);
    if (text[at++] != ',')
      return found;
  }
}

std::string key_of(std::string_view text, const Element& element) {
  return Json::parse(text.substr(element.begin, element.key_end - element.begin)).get<std::string>();
}

std::optional<Element> find(std::string_view text, std::string_view key) {
  for (const Element& element : elements(text))
    if (key_of(text, element) == key)
      return element;
  return std::nullopt;
}

std::size_t line_of(std::string_view text, std::size_t position) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

void refuse_mark(std::string_view text, const std::string& failed) {
  if (text.starts_with("\xef\xbb\xbf"))
    throw Error(Errc::invalid_input, failed + "it begins with a byte order mark, which Docker before 23.0 refuses",
                "save it as UTF-8 without one, as this does: sed -i '1s/^\\xEF\\xBB\\xBF//'");
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    throw Error(Errc::invalid_input, failed + "it is UTF-16", "save it as UTF-8 without a byte order mark");
}

} // namespace

JsonText::JsonText(std::string text, std::string_view name) : text_(std::move(text)) {
  const std::string failed = "failed to read '" + std::string(name) + "': ";
  refuse_mark(text_, failed);
  Checker checker;
  if (!Json::sax_parse(text_, &checker)) {
    const std::size_t position = std::min(checker.position(), text_.size());
    const std::string where = position > 0 ? "line " + std::to_string(line_of(text_, position - 1)) + ": " : "";
    throw Error(Errc::invalid_input, failed + where + checker.fault(), checker.hint());
  }
  if (text_[skip_blanks(text_, 0)] != '{')
    throw Error(Errc::invalid_input, failed + "it is no JSON object", "it begins with '{' and ends with '}'");
}

std::vector<std::string> JsonText::keys() const {
  std::vector<std::string> names;
  for (const Element& element : elements(text_))
    names.push_back(key_of(text_, element));
  return names;
}

std::optional<std::string> JsonText::value(std::string_view key) const {
  const std::optional<Element> element = find(text_, key);
  return element ? std::optional(text_.substr(element->value, element->end - element->value)) : std::nullopt;
}

void JsonText::set(std::string_view key, std::string_view json) {
  if (const std::optional<Element> element = find(text_, key)) {
    text_.replace(element->value, element->end - element->value, json);
    return;
  }
  const std::vector<Element> all = elements(text_);
  if (all.empty()) {
    const std::size_t open = text_.find('{') + 1;
    text_.replace(open, text_.find('}') - open, "\n  " + json_string(key) + ": " + std::string(json) + '\n');
    return;
  }
  const Element& last = all.back();
  const std::string lead = text_.substr(last.lead, last.begin - last.lead);
  const std::string colon = text_.substr(last.key_end, last.value - last.key_end);
  text_.insert(last.end, ',' + lead + json_string(key) + colon + std::string(json));
}

void JsonText::append(std::string_view key, std::string_view string) {
  std::string list = *value(key);
  const std::vector<Element> all = elements(list);
  if (all.empty()) {
    set(key, '[' + json_string(string) + ']');
    return;
  }
  // The first of several has no blank before it in ["a", "b"], and the only one in ["a"] tells nothing of the next.
  std::string lead = list.substr(all.back().lead, all.back().begin - all.back().lead);
  if (all.size() == 1 && lead.empty())
    lead = " ";
  list.insert(all.back().end, ',' + lead + json_string(string));
  set(key, list);
}

std::string json_string(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::vector<std::string>> json_strings(std::string_view json) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array() || !std::ranges::all_of(list, [](const Json& one) { return one.is_string(); }))
    return std::nullopt;
  return list.get<std::vector<std::string>>();
}

} // namespace dockpki::docker
