#include <dockpki/docker/version_info.hpp>

#include <nlohmann/json.hpp>

namespace dockpki::docker {

std::optional<VersionInfo> parse_version_info(std::string_view json) {
  constexpr std::size_t longest = 100;
  const nlohmann::json info = nlohmann::json::parse(json, nullptr, false);
  if (!info.is_object())
    return std::nullopt;
  const auto text = [&](const char* name) {
    const auto member = info.find(name);
    return member != info.end() && member->is_string() ? member->get<std::string>().substr(0, longest) : std::string();
  };
  VersionInfo version{.version = text("Version"),
                      .api_version = text("ApiVersion"),
                      .min_api_version = text("MinAPIVersion"),
                      .platform = text("Os")};
  if (const std::string architecture = text("Arch"); !architecture.empty())
    version.platform += '/' + architecture;
  if (version.version.empty() || version.api_version.empty())
    return std::nullopt;
  return version;
}

} // namespace dockpki::docker
