// Which context docker has now, and which one it uses.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"

namespace dockpki::report {
namespace {

using By = docker::ChosenEndpoint::By;

std::string_view to_string(By by) {
  switch (by) {
  case By::docker_host:
    return "DOCKER_HOST";
  case By::docker_context:
    return "DOCKER_CONTEXT";
  case By::config:
    return "currentContext";
  case By::nothing:
    return "default";
  }
  return "?";
}

/// What docker uses, and why.
std::vector<std::string> choice(const docker::ChosenEndpoint& chosen) {
  const std::string value = x509::printable(chosen.value);
  const std::string context = "context '" + value + "'";
  const std::string before_all = "--context and --host of docker go before it";
  switch (chosen.by) {
  case By::docker_host:
    return {value + ", by DOCKER_HOST", "it goes before DOCKER_CONTEXT and config.json", before_all};
  case By::docker_context:
    return {context + ", by DOCKER_CONTEXT", "it goes before config.json", before_all};
  case By::config:
    return {context + ", by currentContext in config.json", "--context, --host, DOCKER_HOST, DOCKER_CONTEXT go before it"};
  case By::nothing:
    return {context + ", for nothing says otherwise", "--context, --host, DOCKER_HOST, DOCKER_CONTEXT, config.json would"};
  }
  return {};
}

std::string title(const app::DockerContext& context) {
  const bool dry = context.dry_run == app::DryRun::yes;
  const std::string verb = context.existed ? (dry ? "Would update" : "Updated") : (dry ? "Would make" : "Made");
  return verb + " docker context '" + context.name + "'";
}

} // namespace

std::string text(const app::DockerContext& context) {
  const bool dry = context.dry_run == app::DryRun::yes;
  Card card(title(context));
  card.row("host", context.host);
  if (context.former_host != context.host)
    card.row("before", x509::printable(context.former_host));
  card.row("set from", context.source.string());
  card.row("folder", (context.config.parent_path() / "contexts").string());
  card.rows("docker uses", choice(context.chosen));
  std::vector<std::string> next = {"docker --context " + context.name + " version"};
  if (context.use == app::Use::no && !(context.chosen.by == By::config && context.chosen.value == context.name))
    next.push_back("docker context use " + context.name);
  return card.text() + notes_text(context.notes) + (dry ? "" : next_text(next));
}

std::string text(const app::ConfiguredRegistry& registry) {
  const bool dry = registry.dry_run == app::DryRun::yes;
  Card card((dry ? "Would configure" : "Configured") + std::string(" registry '") + registry.registry + "'");
  card.row("set from", registry.source.string());
  card.row("copied to", registry.folder.string());
  card.row("files", "ca.crt, client.cert, client.key");
  std::vector<std::string> kept;
  for (const files::Path& path : registry.backups)
    kept.push_back(path.filename().string());
  card.rows("kept", kept);
  return card.text() + notes_text(registry.notes) + "Docker reads them with each pull and push; nothing has to be restarted.\n" +
         "A renewal does not reach them: run this again after each.\n";
}

std::string json(const app::ConfiguredRegistry& registry) {
  using Json = nlohmann::ordered_json;
  Json backups = Json::array();
  for (const files::Path& path : registry.backups)
    backups.push_back(path.string());
  const Json document = {{"registry", registry.registry},
                         {"source", registry.source.string()},
                         {"folder", registry.folder.string()},
                         {"backups", backups},
                         {"notes", registry.notes},
                         {"dry_run", registry.dry_run == app::DryRun::yes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string json(const app::DockerContext& context) {
  using Json = nlohmann::ordered_json;
  const Json document = {{"context", context.name},
                         {"host", context.host},
                         {"former_host", context.former_host.empty() ? Json(nullptr) : Json(context.former_host)},
                         {"existed", context.existed},
                         {"source", context.source.string()},
                         {"folder", context.place.folder.string()},
                         {"metadata", context.place.metadata.string()},
                         {"config", context.config.string()},
                         {"used", context.use == app::Use::yes},
                         {"chosen", {{"by", to_string(context.chosen.by)}, {"value", context.chosen.value}}},
                         {"notes", context.notes},
                         {"dry_run", context.dry_run == app::DryRun::yes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string json(const std::optional<app::DockerEnvironment>& environment) {
  using Json = nlohmann::ordered_json;
  const bool unset = !environment;
  const Json document = {{"docker_host", unset || !environment->host ? Json(nullptr) : Json(*environment->host)},
                         {"docker_tls_verify", unset ? Json(nullptr) : Json("1")},
                         {"docker_cert_path", unset ? Json(nullptr) : Json(environment->cert_path)},
                         {"unset", unset}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace dockpki::report
