#include <dockpki/app/settings.hpp>

#include <algorithm>
#include <array>
#include <span>

#include <toml++/toml.h>

#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>

namespace dockpki::app {
namespace {

constexpr std::size_t largest_settings = 1U << 20U;

/// Reads one settings file; knows where in it a fault is.
class Reader {
public:
  explicit Reader(const files::Path& path) : path_(path) {}

  [[noreturn]] void refuse(const toml::node& node, const std::string& why, std::string hint = {}) const {
    throw Error(Errc::invalid_input,
                "failed to read settings '" + path_.string() + "', line " + std::to_string(node.source().begin.line) + ": " + why,
                std::move(hint));
  }

  std::string text(const std::string& key, const toml::node& node) const {
    const auto value = node.value<std::string>();
    if (!value || !node.is_string())
      refuse(node, "'" + key + "' must be a string");
    return *value;
  }

  /// Calls `use` for each entry of `table`; every key must be one of `known`.
  template <class Use>
  void each(const toml::table& table, const std::string& section, std::span<const std::string_view> known, Use use) const {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const std::string full = section.empty() ? name : section + "." + name;
      if (std::ranges::find(known, std::string_view(name)) == known.end()) {
        const auto meant = nearest(name, known);
        refuse(node, "unknown key '" + full + "'", meant ? "did you mean '" + std::string(*meant) + "'?" : "");
      }
      try {
        use(name, full, node);
      } catch (const Error& error) {
        if (error.code() != Errc::usage)
          throw;
        refuse(node, "'" + full + "': " + error.what(), error.hint());
      }
    }
  }

  const toml::table& section(const std::string& name, const toml::node& node) const {
    if (!node.is_table())
      refuse(node, "'" + name + "' must be a section: [" + name + "]");
    return *node.as_table();
  }

private:
  const files::Path& path_;
};

IssueSettings read_issue_settings(const Reader& reader, const std::string& section, const toml::table& table) {
  static constexpr std::array<std::string_view, 3> known = {"key", "lifetime", "organization"};
  IssueSettings settings;
  reader.each(table, section, known, [&](const std::string& name, const std::string& full, const toml::node& node) {
    const std::string value = reader.text(full, node);
    if (name == "lifetime")
      settings.lifetime = parse_duration(value);
    else if (name == "organization")
      settings.organization = x509::CommonName::parse(value);
    else if (const auto key = x509::parse_key_type(value))
      settings.key = *key;
    else
      throw Error(Errc::usage, "unknown key type '" + value + "'", "p256, p384, rsa3072, rsa4096 and ed25519 are known");
  });
  return settings;
}

void read_log_settings(const Reader& reader, const toml::table& table, Settings& settings) {
  static constexpr std::array<std::string_view, 2> known = {"file", "level"};
  static constexpr std::array<std::string_view, 4> levels = {"debug", "info", "warning", "error"};
  reader.each(table, "log", known, [&](const std::string& name, const std::string& full, const toml::node& node) {
    const std::string value = reader.text(full, node);
    if (name == "file")
      settings.log_file = value;
    else if (std::ranges::find(levels, std::string_view(value)) != levels.end())
      settings.log_level = value;
    else
      throw Error(Errc::usage, "unknown level '" + value + "'", "debug, info, warning and error are known");
  });
}

void read_renew_settings(const Reader& reader, const toml::table& table, Settings& settings) {
  static constexpr std::array<std::string_view, 1> known = {"before"};
  reader.each(table, "renew", known, [&](const std::string&, const std::string& full, const toml::node& node) {
    settings.renew_before = parse_duration(reader.text(full, node));
  });
}

toml::table parse(const files::Path& path, std::string_view text) {
  try {
    return toml::parse(text, path.string());
  } catch (const toml::parse_error& error) {
    throw Error(Errc::invalid_input, "failed to read settings '" + path.string() + "', line " +
                                         std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  }
}

} // namespace

Settings read_settings(const files::Path& path) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, error)))
    return {};
  const Secret text = files::read_file(path, "settings", largest_settings);
  const toml::table table = parse(path, text.text());
  const Reader reader(path);
  Settings settings;
  static constexpr std::array<std::string_view, 5> known = {"ca", "server", "client", "renew", "log"};
  reader.each(table, "", known, [&](const std::string& name, const std::string&, const toml::node& node) {
    const toml::table& section = reader.section(name, node);
    if (name == "ca")
      settings.ca = read_issue_settings(reader, name, section);
    else if (name == "server")
      settings.server = read_issue_settings(reader, name, section);
    else if (name == "client")
      settings.client = read_issue_settings(reader, name, section);
    else if (name == "renew")
      read_renew_settings(reader, section, settings);
    else
      read_log_settings(reader, section, settings);
  });
  return settings;
}

} // namespace dockpki::app
