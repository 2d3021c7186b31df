// Why: a context brings its own endpoint and its own TLS files, and nothing of flags and variables counts for it.
#pragma once

#include <optional>
#include <string>

#include <dockpki/docker/plan.hpp>

namespace dockpki::docker {

/// StoredContext is what docker reads of a context.
struct StoredContext {
  std::optional<Refusal> refusal; ///< the message without "unable to resolve docker endpoint: "
  std::string host;
  bool skip_tls_verify = false;
  bool has_tls_folder = false;
  std::optional<ReadFile> ca;
  std::optional<ReadFile> certificate;
  std::optional<ReadFile> key;
  std::vector<Fact> facts;
};

/// The context `name` below the configuration folder.
StoredContext read_context(const std::string& config_folder, const std::string& name, DockerVersion release);

/// "currentContext" of config.json; "" where there is none or the file cannot be read.
std::string current_context(const std::string& config_folder, std::vector<Fact>& facts);

} // namespace dockpki::docker
