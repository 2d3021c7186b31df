#include "net/http.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace dockpki::net {
namespace {

constexpr std::string_view version = "HTTP/1.";
constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::string_view end_of_line = "\r\n";
constexpr std::size_t longest_header = 200; // of those that are kept

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The value of the first header called `name`, which is given in lower case.
std::optional<std::string> header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find(end_of_line); at != std::string_view::npos; at = head.find(end_of_line, at)) {
    at += end_of_line.size();
    const std::string_view line = head.substr(at, head.find(end_of_line, at) - at);
    const std::size_t colon = line.find(':');
    if (colon != name.size() || !std::ranges::equal(line.substr(0, colon), name, {}, lower))
      continue;
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    return value == std::string_view::npos ? std::string() : std::string(line.substr(value, longest_header));
  }
  return std::nullopt;
}

/// True if nothing more is needed of what has come so far.
bool is_enough(std::string_view text) {
  if (!text.starts_with(version.substr(0, text.size())))
    return true; // it will never be a response
  const std::size_t end = text.find(end_of_head);
  if (end == std::string_view::npos)
    return false;
  const auto length = header(text.substr(0, end), "content-length");
  std::size_t octets = 0;
  if (!length || std::from_chars(length->data(), length->data() + length->size(), octets).ec != std::errc())
    return false;
  return text.size() - end - end_of_head.size() >= octets;
}

} // namespace

std::string request_for(const std::string& path) {
  return "GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n";
}

std::string read_response(const std::function<std::string()>& read, std::size_t limit) {
  std::string text;
  while (text.empty() || (text.size() <= limit && !is_enough(text))) {
    try {
      const std::string part = read();
      if (part.empty())
        break;
      text += part;
    } catch (const Failure&) {
      if (text.empty())
        throw;
      break;
    }
  }
  return text;
}

Response parse_response(const std::string& text) {
  constexpr std::size_t status_at = 9; // behind "HTTP/1.1 "
  constexpr std::size_t digits = 3;
  if (text.empty())
    throw Failure{Ending::closed, "the connection was closed"};
  const std::size_t end = text.find(end_of_head);
  const std::string status = text.size() > status_at ? text.substr(status_at, digits) : std::string();
  if (!text.starts_with(version) || end == std::string::npos ||
      !std::ranges::all_of(status, [](char c) { return c >= '0' && c <= '9'; }))
    throw Failure{Ending::garbled, "its answer is not HTTP"};
  const std::string_view head = std::string_view(text).substr(0, end);
  return {.status = std::stoi(status),
          .server = header(head, "server").value_or(""),
          .api_version = header(head, "api-version").value_or(""),
          .body = text.substr(end + end_of_head.size())};
}

} // namespace dockpki::net
