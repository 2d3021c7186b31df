#include <dockpki/report/shell.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::report {
namespace {

void refuse_control_characters(std::string_view text) {
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    throw Error(Errc::usage,
                "failed to write '" + x509::printable(std::string(text)) + "' for a shell: it holds a control character");
}

/// `text` in single quotes, each of `from` replaced.
std::string quoted(std::string_view text, const std::vector<std::pair<std::string_view, std::string_view>>& from) {
  std::string word = "'";
  while (!text.empty()) {
    const auto found = std::ranges::find_if(from, [&](const auto& pair) { return text.starts_with(pair.first); });
    const std::size_t size = found == from.end() ? 1 : found->first.size();
    word += found == from.end() ? text.substr(0, 1) : found->second;
    text.remove_prefix(size);
  }
  return word + '\'';
}

} // namespace

std::optional<Shell> parse_shell(std::string_view name) {
  const auto found = std::ranges::find(shell_names, name);
  if (found == shell_names.end())
    return std::nullopt;
  return static_cast<Shell>(found - shell_names.begin());
}

std::string shell_word(std::string_view text, Shell shell) {
  refuse_control_characters(text);
  switch (shell) {
  case Shell::bash:
  case Shell::zsh:
    return quoted(text, {{"'", "'\\''"}});
  case Shell::fish:
    return quoted(text, {{"'", "\\'"}, {"\\", "\\\\"}});
  case Shell::powershell: // typographic quotes end a string there as well as straight ones do
    return quoted(text, {{"'", "''"}, {"‘", "‘‘"}, {"’", "’’"}, {"‚", "‚‚"}, {"‛", "‛‛"}});
  }
  return {};
}

std::string shell_lines(const app::DockerEnvironment& environment, Shell shell) {
  std::string text;
  const auto set = [&](const std::string& name, const std::string& value) {
    const std::string word = shell_word(value, shell);
    if (shell == Shell::powershell)
      text += "$Env:" + name + " = " + word + '\n';
    else if (shell == Shell::fish)
      text += "set -gx " + name + ' ' + word + ";\n";
    else
      text += "export " + name + '=' + word + ";\n";
  };
  if (environment.host)
    set("DOCKER_HOST", *environment.host);
  set("DOCKER_TLS_VERIFY", "1");
  set("DOCKER_CERT_PATH", environment.cert_path);
  return text;
}

std::string unset_lines(Shell shell) {
  std::string text;
  for (const char* name : {"DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"}) {
    if (shell == Shell::powershell)
      text += std::string("Remove-Item -ErrorAction SilentlyContinue Env:") + name + '\n';
    else
      text += std::string(shell == Shell::fish ? "set -e " : "unset ") + name + ";\n";
  }
  return text;
}

} // namespace dockpki::report
