#include <algorithm>
#include <sys/socket.h>

#include "docker/go_net.hpp"

namespace dockpki::docker {
namespace {

constexpr std::size_t none = std::string_view::npos;

/// "" or ":" and digits.
bool is_optional_port(std::string_view text) {
  return text.empty() ||
         (text.front() == ':' && std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

int unhex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The escape that url.Parse refuses: a bad one anywhere; in a host, also that of an ASCII character other than '%'.
std::string bad_escape(std::string_view text, bool in_host) {
  for (std::size_t at = text.find('%'); at != none; at = text.find('%', at + 1)) {
    const std::string_view escape = text.substr(at, 3);
    const bool is_escape = escape.size() == 3 && unhex(escape[1]) >= 0 && unhex(escape[2]) >= 0;
    if (!is_escape || (in_host && unhex(escape[1]) < 8 && escape != "%25"))
      return "invalid URL escape " + go_quote(escape);
  }
  return {};
}

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '%') {
      plain += static_cast<char>((unhex(text[i + 1]) << 4) | unhex(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  return plain;
}

bool is_host_character(char c) {
  constexpr std::string_view others = "-_.~!$&'()*+,;=:[]<>\"%";
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80 ||
         others.find(c) != none;
}

std::string host_fault(std::string_view host, Brackets brackets) {
  std::size_t end = host.rfind(':');
  if (host.starts_with('[')) {
    end = host.rfind(']');
    if (end == none)
      return "missing ']' in host";
    const std::string_view inside = host.substr(1, end - 1);
    if (brackets == Brackets::ipv6 && ip_family(inside) != AF_INET6)
      return "invalid host: " + go_quote(host);
    ++end;
  }
  if (end != none && !is_optional_port(host.substr(end)))
    return "invalid port " + go_quote(host.substr(end)) + " after host";
  if (std::string escape = bad_escape(host, true); !escape.empty())
    return escape;
  const auto bad = std::ranges::find_if_not(host, is_host_character);
  return bad == host.end() ? "" : "invalid character " + go_quote(std::string_view(&*bad, 1)) + " in host name";
}

bool is_user_character(char c) {
  constexpr std::string_view others = "-._:~!$&'()*+,;=%@";
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || others.find(c) != none;
}

/// Why "scheme://user@host/path?query" is refused; empty if it is not.
std::string text_fault(std::string_view text, Brackets brackets) {
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return "net/url: invalid control character in URL";
  text.remove_prefix(text.find("://") + 3);
  text = text.substr(0, text.find('?'));
  std::string_view host = text.substr(0, text.find('/'));
  const std::string_view path = text.substr(host.size());
  const std::size_t user_end = host.rfind('@');
  const std::string_view user = user_end == none ? std::string_view() : host.substr(0, user_end);
  if (user_end != none)
    host.remove_prefix(user_end + 1);
  if (std::string fault = host_fault(host, brackets); !fault.empty())
    return fault;
  if (!std::ranges::all_of(user, is_user_character))
    return "net/url: invalid userinfo";
  if (std::string escape = bad_escape(user, false); !escape.empty())
    return escape;
  return bad_escape(path, false);
}

} // namespace

GoUrl parse_url(std::string_view text, Brackets brackets) {
  GoUrl url;
  const std::size_t fragment = std::min(text.find('#'), text.size());
  const auto refused = [&](std::string_view shown, const std::string& why) {
    url.error = "parse " + go_quote(shown) + ": " + why;
  };
  if (std::string fault = text_fault(text.substr(0, fragment), brackets); !fault.empty()) {
    refused(text.substr(0, fragment), fault);
    return url;
  }
  if (std::string escape = bad_escape(text.substr(fragment), false); !escape.empty()) {
    refused(text, escape);
    return url;
  }
  text = text.substr(0, fragment);
  const std::size_t scheme_end = text.find("://");
  url.scheme = ascii_lower(text.substr(0, scheme_end));
  text.remove_prefix(scheme_end + 3);
  text = text.substr(0, text.find('?'));
  const std::size_t path = std::min(text.find('/'), text.size());
  std::string_view host = text.substr(0, path);
  if (const std::size_t user = host.rfind('@'); user != none)
    host.remove_prefix(user + 1);
  url.host = unescape(host);
  url.path = unescape(text.substr(path));
  return url;
}

std::string GoUrl::hostname() const {
  std::string name = host;
  if (const std::size_t colon = name.rfind(':'); colon != none && is_optional_port(std::string_view(name).substr(colon)))
    name.resize(colon);
  if (name.starts_with('[') && name.ends_with(']'))
    name = name.substr(1, name.size() - 2);
  return name;
}

std::string GoUrl::port() const {
  const std::size_t colon = host.rfind(':');
  return colon != none && is_optional_port(std::string_view(host).substr(colon)) ? host.substr(colon + 1) : "";
}

} // namespace dockpki::docker
