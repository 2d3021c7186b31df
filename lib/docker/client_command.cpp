#include "docker/client_command.hpp"

#include <algorithm>
#include <array>

#include "docker/daemon_values.hpp"

namespace dockpki::docker {
namespace {

std::vector<Flag> client_flags(DockerVersion version) {
  const FlagKind path = version == DockerVersion::v20_10 ? FlagKind::brittle
                        : version == DockerVersion::v28  ? FlagKind::quoted
                                                         : FlagKind::text;
  return {{"config", 0, FlagKind::text},
          {"context", 'c', FlagKind::text},
          {"debug", 'D', FlagKind::boolean},
          {"help", 'h', FlagKind::boolean},
          {"host", 'H', FlagKind::host},
          {"log-level", 'l', FlagKind::text},
          {"tls", 0, FlagKind::boolean},
          {"tlscacert", 0, path},
          {"tlscert", 0, path},
          {"tlskey", 0, path},
          {"tlsverify", 0, FlagKind::boolean},
          {"version", 'v', FlagKind::boolean}};
}

/// What `docker version` takes.
constexpr std::array version_flags{Flag{"format", 'f', FlagKind::text}, Flag{"help", 'h', FlagKind::boolean},
                                   Flag{"kubeconfig", 0, FlagKind::text}};

Refusal refused(std::string message) {
  return {std::move(message), "env-flag-parts"};
}

std::optional<Refusal> version_refusal(const std::vector<std::string>& words) {
  const Flags own = parse_flags(words, version_flags, Interspersed::yes, {});
  if (!own.error.empty())
    return refused(own.error);
  if (own.asked_help || own.is_on("help", false))
    return refused("(prints its help and asks no daemon)");
  return own.arguments.empty() ? std::nullopt : std::optional(refused("\"docker version\" accepts no arguments."));
}

/// docker's own commands, and the plugins that most have; other plugins are not known here.
bool is_command(std::string_view word) {
  static constexpr std::array commands = {
      "app",     "attach",  "build",  "builder",  "buildx",  "checkpoint", "commit", "compose", "config", "container",
      "context", "cp",      "create", "debug",    "deploy",  "diff",       "engine", "events",  "exec",   "export",
      "help",    "history", "image",  "images",   "import",  "info",       "init",   "inspect", "kill",   "load",
      "login",   "logout",  "logs",   "manifest", "model",   "network",    "node",   "pause",   "plugin", "port",
      "ps",      "pull",    "push",   "rename",   "restart", "rm",         "rmi",    "run",     "save",   "scan",
      "scout",   "search",  "secret", "service",  "stack",   "start",      "stats",  "stop",    "swarm",  "system",
      "tag",     "top",     "trust",  "unpause",  "update",  "version",    "volume", "wait"};
  return std::ranges::any_of(commands, [&](const char* one) { return word == one; });
}

} // namespace

Flags read_client_flags(const std::vector<std::string>& arguments, DockerVersion version) {
  return parse_flags(arguments, client_flags(version), Interspersed::no, {});
}

std::optional<Refusal> command_refusal(const Flags& flags) {
  if (flags.crashed)
    return Refusal{flags.error, "env-panic"};
  if (!flags.error.empty())
    return refused(flags.error);
  if (flags.asked_help || flags.is_on("help", false) || flags.is_on("version", false))
    return refused("(prints its help or version and asks no daemon)");
  if (const std::string level = flags.last("log-level"); !level.empty() && !is_log_level(level))
    return refused("Unable to parse logging level: " + flags.last("log-level"));
  if (flags.arguments.empty())
    return std::nullopt;
  const std::vector<std::string> words(flags.arguments.begin() + 1, flags.arguments.end());
  if (flags.arguments.front() == "version")
    return version_refusal(words);
  if (!is_command(flags.arguments.front()))
    return refused("docker: '" + flags.arguments.front() + "' is not a docker command.");
  for (const std::string& word : words)
    for (const std::string_view global : {"--tls", "--tlsverify", "--tlscacert", "--tlscert", "--tlskey"})
      if (word == global || word.starts_with(std::string(global) + '='))
        return refused("unknown flag: " + std::string(global));
  return std::nullopt;
}

} // namespace dockpki::docker
