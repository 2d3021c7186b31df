// What the page of an audit says of each daemon.
#include "report/audit_page.hpp"

#include "report/audit_parts.hpp"
#include "report/audit_verdict.hpp"

namespace dockpki::report {
namespace {

using app::EndpointKind;
using kainjow::mustache::data;

std::string tls_text(const app::AuditedDaemon& daemon) {
  switch (daemon.plan.tls) {
  case docker::ServerTls::none:
    return "none";
  case docker::ServerTls::open:
    return "yes, and any client may come";
  case docker::ServerTls::mutual:
    return daemon.plan.ca.empty() ? "mutual, and any public authority's clients may come" : "mutual: clients need a certificate";
  }
  return {};
}

std::string state_text(const app::AuditedDaemon& daemon, const app::Audit& audit) {
  std::string runs = daemon.is_running ? "It runs. " : audit.root == "/" ? "It does not run now. " : "";
  switch (exposure_of(daemon)) {
  case Exposure::no_daemon:
    break;
  case Exposure::does_not_start:
    return "It does not start as it is configured.";
  case Exposure::unknown:
    if (!daemon.unread.empty())
      return runs + "Not all of it may be read: " + harmless(daemon.unread) + '.';
    return daemon.command.empty() ? runs + "What starts it is not understood."
                                  : "It runs, and will not start again as it is configured.";
  case Exposure::socket_only:
    return runs + (daemon.endpoint == EndpointKind::tls_handshake_failed ? "It has a port on which no TLS handshake succeeds."
                                                                         : "It has no TCP port.");
  case Exposure::certificate:
    return runs + "Its TCP port lets in whoever has a certificate of its authority.";
  case Exposure::anyone:
    return runs + (daemon.endpoint == EndpointKind::mtls ? "Its TCP port lets in clients of any public authority."
                                                         : "Its TCP port lets in anyone who reaches it.");
  }
  return runs;
}

data listeners_of(const docker::DaemonPlan& plan) {
  data list{data::type::list};
  for (const docker::Listener& listener : plan.listeners) {
    const bool is_tcp = listener.scheme == "tcp";
    std::string remark = listener.is_wildcard ? "every address of the machine" : "";
    if (is_tcp && plan.tls == docker::ServerTls::none)
      remark += remark.empty() ? "without TLS" : ", without TLS";
    data one;
    one.set("address", harmless(listener_text(listener)));
    one.set("remark", if_any(remark));
    list << one;
  }
  return list;
}

data files_of(const docker::DaemonPlan& plan) {
  data list{data::type::list};
  const auto add = [&](const char* label, const std::string& path) {
    if (path.empty())
      return;
    data one;
    one.set("label", std::string(label));
    one.set("path", harmless(path));
    list << one;
  };
  if (plan.tls != docker::ServerTls::none) {
    add("Certificate", plan.certificate);
    add("Key", plan.key);
    add("Authorities", plan.ca);
  }
  return list;
}

data facts_of(const docker::DaemonPlan& plan) {
  data list{data::type::list};
  for (const docker::Fact& fact : plan.facts) {
    data one;
    one.set("title", heading(harmless(title_of(fact.id))));
    one.set("text", if_any(fact.text));
    list << one;
  }
  return list;
}

} // namespace

kainjow::mustache::data daemons_of(const app::Audit& audit) {
  data list{data::type::list};
  for (const app::AuditedDaemon& daemon : audit.daemons) {
    data one;
    one.set("origin", heading(harmless(daemon.origin)));
    one.set("state", state_text(daemon, audit));
    one.set("refusal", if_any(daemon.refusal));
    const bool is_told = is_known(daemon);
    one.set("has_listeners", is_told && !daemon.plan.listeners.empty());
    one.set("listeners", listeners_of(daemon.plan));
    one.set("tls", if_any(is_told ? tls_text(daemon) : std::string()));
    one.set("files", is_told ? files_of(daemon.plan) : data(data::type::list));
    one.set("config_file", if_any(daemon.config_file.string()));
    one.set("no_config", daemon.unread.empty() && !daemon.input.config);
    one.set("version", daemon.version.empty() ? "a version that is not told; taken for 29" : harmless(daemon.version));
    one.set("command", if_any(daemon.command));
    one.set("has_facts", daemon.unread.empty() && !daemon.plan.facts.empty());
    one.set("facts", facts_of(daemon.plan));
    list << one;
  }
  return list;
}

} // namespace dockpki::report
