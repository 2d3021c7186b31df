#include <dockpki/goverify/rules.hpp>

#include <charconv>

namespace dockpki::goverify {

std::optional<DockerVersion> parse_docker_version(std::string_view text) {
  int major = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), major);
  const bool is_number = error == std::errc() && (end == text.data() + text.size() || *end == '.');
  if (!is_number || major < 17 || major > 99)
    return std::nullopt;
  if (major < 23)
    return DockerVersion::v20_10;
  return major < 29 ? DockerVersion::v28 : DockerVersion::v29;
}

std::string_view to_string(DockerVersion version) {
  switch (version) {
  case DockerVersion::v20_10:
    return "20.10";
  case DockerVersion::v28:
    return "28";
  case DockerVersion::v29:
    return "29";
  }
  return "?";
}

Rules rules_of_daemon(DockerVersion version) {
  switch (version) {
  case DockerVersion::v20_10:
    return {.go = 19, .negative_serial = true, .small_rsa = true};
  case DockerVersion::v28:
    return {.go = 27, .negative_serial = true, .small_rsa = true};
  case DockerVersion::v29:
    break;
  }
  return {.go = 27, .negative_serial = false, .small_rsa = false};
}

Rules rules_of_client(DockerVersion version) {
  switch (version) {
  case DockerVersion::v20_10:
    return {.go = 19, .negative_serial = true, .small_rsa = true};
  case DockerVersion::v28:
    return {.go = 24, .negative_serial = true, .small_rsa = true};
  case DockerVersion::v29:
    break;
  }
  return {.go = 24, .negative_serial = false, .small_rsa = false};
}

} // namespace dockpki::goverify
