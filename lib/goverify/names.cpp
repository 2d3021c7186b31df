#include "goverify/names.hpp"

#include <algorithm>

#include "goverify/der_view.hpp"

namespace dockpki::goverify {
namespace {

bool is_printable_string(char c) {
  const auto between = [c](char first, char last) { return first <= c && c <= last; };
  // '*' and '&' are no part of it; Go lets them pass.
  return between('a', 'z') || between('A', 'Z') || between('0', '9') || between('\'', ')') || between('+', '/') ||
         std::string_view(" :=?*&").find(c) != std::string_view::npos;
}

void append_utf8(std::string& text, unsigned point) {
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0U | point >> 6U);
    text += static_cast<char>(0x80U | (point & 0x3fU));
  } else {
    text += static_cast<char>(0xe0U | point >> 12U);
    text += static_cast<char>(0x80U | (point >> 6U & 0x3fU));
    text += static_cast<char>(0x80U | (point & 0x3fU));
  }
}

std::string bmp_text(Bytes octets) {
  if (octets.size() % 2 != 0)
    throw Refusal("invalid BMPString");
  if (octets.size() >= 2 && octets[octets.size() - 1] == 0 && octets[octets.size() - 2] == 0)
    octets = octets.first(octets.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < octets.size(); i += 2) {
    const unsigned point = static_cast<unsigned>(octets[i]) << 8U | octets[i + 1];
    const bool is_reserved = point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) || (point >= 0xd800 && point <= 0xdfff);
    if (is_reserved)
      throw Refusal("invalid BMPString");
    append_utf8(text, point);
  }
  return text;
}

/// The length of the UTF-8 sequence at the front; 0 if there is none.
std::size_t sequence_at(std::string_view text) {
  const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto follows = [&](std::size_t at, unsigned low, unsigned high) {
    return at < text.size() && octet(at) >= low && octet(at) <= high;
  };
  const unsigned first = octet(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xc2 && first <= 0xdf)
    return follows(1, 0x80, 0xbf) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return follows(1, low, high) && follows(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2, 0x80, 0xbf) && follows(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_at(text);
    if (length == 0)
      return false;
    text.remove_prefix(length);
  }
  return true;
}

/// A part of an unquoted local part.
bool is_atom_character(char c) {
  const bool is_alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_alphanumeric || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}

bool is_quotable(unsigned c) {
  return c == 11 || c == 12 || (c >= 1 && c <= 9) || (c >= 14 && c <= 127);
}

bool is_quoted_text(unsigned c) {
  return c == 11 || c == 12 || c == 32 || c == 33 || c == 127 || (c >= 1 && c <= 8) || (c >= 14 && c <= 31) ||
         (c >= 35 && c <= 91) || (c >= 93 && c <= 126);
}

std::optional<std::string> take_quoted_local(std::string_view& rest) {
  std::string local;
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"')
      return local;
    if (c != '\\') {
      if (!is_quoted_text(static_cast<unsigned char>(c)))
        return std::nullopt;
      local += c;
      continue;
    }
    if (rest.empty() || !is_quotable(static_cast<unsigned char>(rest.front())))
      return std::nullopt;
    local += rest.front();
    rest.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<std::string> take_local(std::string_view& rest) {
  std::string local;
  while (!rest.empty()) {
    const bool is_escaped = rest.front() == '\\';
    if (is_escaped) {
      rest.remove_prefix(1);
      if (rest.empty())
        return std::nullopt;
    } else if (!is_atom_character(rest.front())) {
      break;
    }
    local += rest.front();
    rest.remove_prefix(1);
  }
  if (local.empty() || local.front() == '.' || local.back() == '.' || local.find("..") != std::string::npos)
    return std::nullopt;
  return local;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool has_bad_escape(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '%' && (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])))
      return true;
  return false;
}

[[noreturn]] void refuse_uri(std::string_view text, const std::string& cause) {
  throw Refusal("x509: cannot parse URI " + quoted(text) + ": parse " + quoted(text) + ": " + cause);
}

/// True if `host` may be followed by what stands behind its last ':'.
bool has_good_port(std::string_view host) {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  if (!host.empty() && host.front() == '[') {
    if (bracket == std::string_view::npos)
      return false;
    const std::string_view behind = host.substr(bracket + 1);
    return behind.empty() ||
           (behind.front() == ':' && std::ranges::all_of(behind.substr(1), [](char c) { return c >= '0' && c <= '9'; }));
  }
  return colon == std::string_view::npos ||
         std::ranges::all_of(host.substr(colon + 1), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result = "\"";
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    const std::size_t length = sequence_at(text);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += text.front();
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else if (c < 0x20 || c == 0x7f || length == 0) {
      result += "\\x";
      result += digits[c >> 4U];
      result += digits[c & 0xfU];
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result + '"';
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool equal_fold(std::string_view left, std::string_view right) {
  return lower_ascii(left) == lower_ascii(right);
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string attribute_text(std::uint8_t tag, Bytes contents) {
  const std::string text(contents.begin(), contents.end());
  switch (tag) {
  case tag::t61_string: { // read as Latin-1
    std::string latin;
    for (const std::uint8_t octet : contents)
      append_utf8(latin, octet);
    return latin;
  }
  case tag::printable_string:
    if (!std::ranges::all_of(text, is_printable_string))
      throw Refusal("invalid PrintableString");
    return text;
  case tag::utf8_string:
    if (!is_utf8(text))
      throw Refusal("invalid UTF-8 string");
    return text;
  case tag::bmp_string:
    return bmp_text(contents);
  case tag::ia5_string:
    if (!is_ascii(text))
      throw Refusal("invalid IA5String");
    return text;
  case tag::numeric_string:
    if (!std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == ' '; }))
      throw Refusal("invalid NumericString");
    return text;
  default:
    throw Refusal("unsupported string type: " + std::to_string(tag));
  }
}

std::optional<std::vector<std::string_view>> reverse_labels(std::string_view domain, const Rules& rules) {
  std::vector<std::string_view> labels;
  while (!domain.empty()) {
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos) {
      labels.push_back(domain);
      break;
    }
    labels.push_back(domain.substr(dot + 1));
    domain = domain.substr(0, dot);
    if (dot == 0 && rules.go >= 23)
      labels.emplace_back();
  }
  for (const std::string_view label : labels)
    if (label.empty() || std::ranges::any_of(label, [](char c) { return c < 33 || c > 126; }))
      return std::nullopt;
  return labels;
}

bool is_domain(std::string_view text, DomainOf what, const Rules& rules) {
  if (what == DomainOf::constraint && !text.empty() && text.front() == '.')
    text.remove_prefix(1);
  else if (rules.go >= 25 && text.empty())
    return true;
  if (rules.go >= 25 && text.empty())
    return false;
  return reverse_labels(text, rules).has_value();
}

std::optional<Mailbox> parse_mailbox(std::string_view text, const Rules& rules) {
  if (text.empty())
    return std::nullopt;
  const auto local = text.front() == '"' ? take_quoted_local(text) : take_local(text);
  if (!local || text.empty() || text.front() != '@')
    return std::nullopt;
  text.remove_prefix(1);
  if (!reverse_labels(text, rules))
    return std::nullopt;
  return Mailbox{*local, std::string(text)};
}

Uri parse_uri(std::string_view text) {
  Uri uri{std::string(text), {}};
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    refuse_uri(text, "net/url: invalid control character in URL");
  std::string_view rest = text.substr(0, text.find('#'));
  // The scheme: what stands before the first ':' that is not behind anything else.
  const std::size_t end =
      std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."), rest.size());
  if (end < rest.size() && rest[end] == ':') {
    if (end == 0)
      refuse_uri(text, "missing protocol scheme");
    const char first = rest.front();
    if (!((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z')))
      refuse_uri(text, "first path segment in URL cannot contain colon");
    rest.remove_prefix(end + 1);
  } else if (const std::size_t slash = rest.find('/'); rest.substr(0, slash).find(':') != std::string_view::npos) {
    refuse_uri(text, "first path segment in URL cannot contain colon");
  }
  rest = rest.substr(0, rest.find('?'));
  if (has_bad_escape(rest))
    refuse_uri(text, "invalid URL escape");
  if (!rest.starts_with("//"))
    return uri;
  rest.remove_prefix(2);
  std::string_view authority = rest.substr(0, rest.find('/'));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  if (!has_good_port(authority))
    refuse_uri(text, "invalid port after host");
  if (authority.find_first_of(" \"<>\\^`{|}") != std::string_view::npos)
    refuse_uri(text, "invalid character in host name");
  uri.host = std::string(authority);
  return uri;
}

} // namespace dockpki::goverify
