// verify DIR: would Docker take the sets in these folders, for this host?
#include <algorithm>
#include <array>

#include <dockpki/app/predict.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>
#include <dockpki/files/set.hpp>
#include <dockpki/goverify/signs.hpp>

#include "app/predict_findings.hpp"

namespace dockpki::app {
namespace {

/// Every name is there, and every address: whether the host can be reached is not what is asked.
class AnyHost : public docker::World {
public:
  [[nodiscard]] std::vector<std::string> resolve(const std::string& /*name*/) const override { return {"127.0.0.1"}; }
  [[nodiscard]] bool is_local(const std::string& /*address*/) const override { return true; }
  [[nodiscard]] bool has_socket_activation() const override { return false; }
};

std::string endpoint_of(const std::string& host) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return "tcp://" + (is_ipv6 ? '[' + host + ']' : host) + ":2376";
}

std::vector<std::string> tls_flags(const SetFiles& set, const std::string& host) {
  return {"--tlsverify",
          "--tlscacert=" + set.ca.string(),
          "--tlscert=" + set.certificate.string(),
          "--tlskey=" + set.key.string(),
          "-H",
          endpoint_of(host)};
}

docker::DaemonInput daemon_of(const SetQuestion& question) {
  return {.arguments = tls_flags(*question.server, "0.0.0.0"),
          .environment = {},
          .home = "/",
          .config = std::nullopt,
          .release = question.daemon_version};
}

Secret read(const files::Path& path) {
  docker::GoRead file = docker::read_as_go(path.string());
  if (!file.contents)
    throw Error(file.is_missing ? Errc::not_found : Errc::io, "failed to verify the set: " + file.error);
  return std::move(*file.contents);
}

EndPaths paths_of(const SetFiles& set) {
  return {set.ca.string(), set.certificate.string(), set.key.string()};
}

void note(const std::vector<docker::Fact>& facts, Prediction& prediction, Side side) {
  for (const docker::Fact& fact : facts)
    prediction.findings.push_back(finding_of(fact, side));
}

void refuse(Prediction& prediction, const std::string& message, const std::vector<goverify::Sign>& signs,
            const BothPaths& paths) {
  std::vector<docker::Fact> facts;
  prediction.findings.push_back(blocking_finding(refusal_of(message, signs, paths, facts), Side::client));
  note(facts, prediction, Side::client);
  prediction.client_ok = false;
}

/// What its own ca.pem tells of a server's set that Docker takes, besides what is told already.
void note_oddities(Prediction& prediction, const goverify::ServerEnd& server, const goverify::ClientEnd& client,
                   const BothPaths& paths) {
  std::vector<docker::Fact> facts;
  note_signs(goverify::oddities_of(server, &client, {}), paths, facts);
  std::erase_if(facts, [&](const docker::Fact& fact) {
    return std::ranges::find(prediction.findings, fact.id, &Finding::id) != prediction.findings.end();
  });
  note(facts, prediction, Side::client);
}

/// A certificate alone, by its own ca.pem. In a home with separate authorities that is the other side's: then only the other
/// side's files can tell whom it trusts.
void judge_alone(Prediction& prediction, const goverify::ServerEnd& server, const goverify::ClientEnd& client,
                 goverify::Side owner, const goverify::Fault& fault, const BothPaths& paths) {
  goverify::HandshakeVerdict verdict;
  verdict.owner = owner;
  if (!fault && owner == goverify::Side::daemon)
    note_oddities(prediction, server, client, paths);
  if (!fault)
    return;
  if (fault.reason == goverify::Reason::unknown_authority) {
    const std::string& own_ca = owner == goverify::Side::daemon ? paths.client.authorities : paths.daemon.authorities;
    note({{"chain-other-side", {}, own_ca}}, prediction, Side::client);
    return;
  }
  verdict.refused_by = owner == goverify::Side::daemon ? goverify::Side::client : goverify::Side::daemon;
  verdict.fault = fault;
  verdict.text = fault.text;
  refuse(prediction, fault.text, goverify::signs_of_verdict(verdict, server, client), paths);
}

Prediction verify_server(const SetQuestion& question, TimePoint now) {
  Prediction prediction = predict({.daemon = daemon_of(question), .client = std::nullopt, .client_user = {}}, AnyHost(), now);
  if (!*prediction.daemon_ok)
    return prediction;
  const SetFiles& set = *question.server;
  const goverify::Rules rules = goverify::rules_of_client(question.client_version);
  const goverify::Loaded loaded = goverify::load_key_pair(read(set.certificate).bytes(), read(set.key).bytes(),
                                                          goverify::rules_of_daemon(question.daemon_version));
  const goverify::ServerEnd server{std::get<goverify::KeyPair>(loaded), true, {}, true, rules};
  const goverify::ClientEnd client{{}, true, goverify::read_pool(read(set.ca).bytes(), rules), question.host, rules};
  goverify::VerifyOptions options;
  options.roots = &client.authorities;
  options.now = now;
  options.host = question.host;
  judge_alone(prediction, server, client, goverify::Side::daemon, goverify::verify(server.pair.leaf, options, rules),
              {.daemon = paths_of(set), .client = {set.ca.string(), {}, {}}});
  return prediction;
}

Prediction verify_client(const SetQuestion& question, TimePoint now) {
  Prediction prediction;
  const SetFiles& set = *question.client;
  const BothPaths paths{.daemon = {set.ca.string(), {}, {}}, .client = paths_of(set)};
  const Secret certificate = read(set.certificate);
  const Secret key = read(set.key);
  const goverify::Rules rules = goverify::rules_of_daemon(question.daemon_version);
  const goverify::Loaded loaded = goverify::load_client_key_pair(certificate.bytes(), key.bytes(), question.client_version);
  prediction.client_ok = true;
  if (const auto* complaint = std::get_if<std::string>(&loaded)) {
    refuse(prediction, *complaint,
           goverify::signs_of_complaint(*complaint, certificate.bytes(), key.bytes(), goverify::Side::client,
                                        goverify::rules_of_client(question.client_version)),
           paths);
    return prediction;
  }
  const goverify::KeyPair pair = std::get<goverify::KeyPair>(loaded);
  // The server's end has the client's own pair, which is looked at by nobody.
  const goverify::ServerEnd server{pair, true, goverify::read_pool(read(set.ca).bytes(), rules), true, rules};
  const goverify::ClientEnd client{pair, true, {}, {}, rules};
  goverify::VerifyOptions options;
  options.roots = &server.clients;
  options.now = now;
  options.usage = goverify::ExtendedKeyUsage::client_auth;
  judge_alone(prediction, server, client, goverify::Side::client, goverify::verify(pair.leaf, options, rules), paths);
  return prediction;
}

} // namespace

bool holds_set(const files::Path& folder, const docker::SetLayout& layout) {
  const std::array names = {layout.certificate};
  return !files::standing_files(folder, names).empty();
}

SetFiles files_in(const files::Path& folder, const docker::SetLayout& layout) {
  return {folder / layout.ca, folder / layout.certificate, folder / layout.key};
}

Prediction verify_sets(const SetQuestion& question, TimePoint now) {
  if (question.server && question.client) {
    docker::ClientInput client{.arguments = tls_flags(*question.client, question.host),
                               .environment = {},
                               .home = "/",
                               .release = question.client_version};
    return predict({.daemon = daemon_of(question), .client = std::move(client), .client_user = {}}, AnyHost(), now);
  }
  Prediction prediction = question.server ? verify_server(question, now) : verify_client(question, now);
  BothPaths paths;
  if (question.server)
    paths.daemon = paths_of(*question.server);
  else
    paths.client = paths_of(*question.client);
  for (Finding& finding : prediction.findings)
    fill_in_remedy(finding, question.host, paths);
  return prediction;
}

} // namespace dockpki::app
