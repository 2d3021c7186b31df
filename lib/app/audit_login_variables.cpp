#include "app/audit_login_variables.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::array<std::string_view, 2> bundles = {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// One word as a shell reads it; none if it would have to run something, or there is more than one.
std::optional<std::string> shell_value(std::string_view word, const std::string& home) {
  const char quote = !word.empty() && (word.front() == '\'' || word.front() == '"') ? word.front() : '\0';
  std::string value(word);
  if (quote != '\0') {
    const std::size_t end = word.find(quote, 1);
    if (end == std::string_view::npos)
      return std::nullopt;
    value = word.substr(1, end - 1);
    word.remove_prefix(end + 1);
    if (const std::string_view rest = trimmed(word); !rest.empty() && rest.front() != ';' && rest.front() != '#')
      return std::nullopt;
  } else {
    value = trimmed(word.substr(0, word.find_first_of(" \t;#&|")));
    if (value == "~" || value.starts_with("~/"))
      value.replace(0, 1, home);
  }
  if (quote != '\'') {
    replace_all(value, "${HOME}", home);
    replace_all(value, "$HOME", home);
    if (value.find_first_of("$`\\") != std::string::npos)
      return std::nullopt;
  }
  return value;
}

std::optional<std::string> value_of(std::string_view word, VariableSyntax syntax, const std::string& home) {
  if (syntax == VariableSyntax::shell)
    return shell_value(word, home);
  std::string value(trimmed(word));
  if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    value = value.substr(1, value.size() - 2);
  if (syntax == VariableSyntax::systemd) {
    replace_all(value, "${HOME}", home);
    replace_all(value, "$HOME", home);
    if (value.find('$') != std::string::npos)
      return std::nullopt;
  }
  return value;
}

struct LoginFile {
  files::Path path;
  VariableSyntax syntax;
};

/// In the order in which a login reads them.
std::vector<LoginFile> login_files(const AuditedMachine& machine, const LocalUser& user) {
  std::vector<LoginFile> all{{"/etc/environment", VariableSyntax::pam}};
  const auto add = [&](const files::Path& folder, const char* pattern, VariableSyntax syntax) {
    for (const files::Path& path : expand(machine, folder, pattern))
      all.push_back({path, syntax});
  };
  add(user.home, ".config/environment.d/*.conf", VariableSyntax::systemd);
  add("/etc/profile.d", "*.sh", VariableSyntax::shell);
  for (const char* name : {".profile", ".bash_profile", ".bashrc"})
    all.push_back({user.home / name, VariableSyntax::shell});
  return all;
}

} // namespace

bool is_of_interest(std::string_view name) {
  return name.starts_with("DOCKER_") || std::ranges::find(bundles, name) != bundles.end();
}

std::map<std::string, std::string> assignments_in(std::string_view text, VariableSyntax syntax, const std::string& home) {
  std::map<std::string, std::string> all;
  std::istringstream lines{std::string(text)};
  for (std::string kept; std::getline(lines, kept);) {
    std::string_view line = trimmed(kept);
    const bool is_exported = line.starts_with("export ") || line.starts_with("export\t");
    if (is_exported)
      line = trimmed(line.substr(6));
    else if (syntax == VariableSyntax::shell)
      continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || !is_name(line.substr(0, equals)))
      continue;
    const std::string name(line.substr(0, equals));
    if (const std::optional<std::string> value = value_of(line.substr(equals + 1), syntax, home))
      all[name] = *value;
    else
      all.erase(name);
  }
  return all;
}

SetVariables login_variables(const AuditedMachine& machine, const LocalUser& user, AuditNotes& notes) {
  SetVariables all;
  for (const LoginFile& file : login_files(machine, user)) {
    const ReadText text = read_text(machine, file.path);
    if (!text.trouble.empty())
      notes.unknown("env-host-form", text.trouble);
    if (!text.contents)
      continue;
    for (const auto& [name, value] : assignments_in(text.contents->text(), file.syntax, user.home.string()))
      if (is_of_interest(name))
        all[name] = {value, file.path};
  }
  return all;
}

} // namespace dockpki::app
