#include "app/predict_tls.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "app/predict_findings.hpp"
#include "app/system_roots.hpp"

namespace dockpki::app {
namespace {

using docker::Refusal;

std::string quoted(const std::string& path) {
  return '"' + path + '"';
}

/// "tlsmaxrsasize=4096"; what is no positive number changes nothing.
int rsa_limit(const std::string& setting) {
  int bits = 0;
  const std::size_t value = setting.find('=') + 1;
  std::from_chars(setting.data() + value, setting.data() + setting.size(), bits);
  return bits > 0 ? bits : goverify::Rules{}.most_rsa_bits;
}

/// What GODEBUG in a process' environment changes of its rules. Before Go 1.23 it knew one of the settings alone.
goverify::Rules with_godebug(goverify::Rules rules, const docker::Environment& environment) {
  const auto found = environment.find("GODEBUG");
  if (found == environment.end())
    return rules;
  std::istringstream settings(found->second);
  for (std::string setting; std::getline(settings, setting, ',');) {
    if (setting.starts_with("x509sha1="))
      rules.sha1 = setting.ends_with("=1");
    else if (setting.starts_with("tlsmaxrsasize="))
      rules.most_rsa_bits = rsa_limit(setting);
    else if (rules.go < 23)
      continue;
    else if (setting.starts_with("x509negativeserial="))
      rules.negative_serial = setting.ends_with("=1");
    else if (setting.starts_with("rsa1024min="))
      rules.small_rsa = setting.ends_with("=0");
  }
  return rules;
}

std::string unread_id(const std::string& path, const docker::GoRead& read) {
  if (read.error.ends_with("is a directory"))
    return "file-directory";
  return path.empty() ? "cfg-no-cert" : docker::path_fact(path, "file-missing-daemon");
}

/// dockerd's words about its pair (go-connections tlsconfig).
std::string pair_error(const docker::DaemonPlan& plan, const docker::DaemonInput& input, const std::string& why,
                       bool is_missing) {
  const std::string pair = "X509 key pair (cert: " + quoted(plan.certificate) + ", key: " + quoted(plan.key) + "): " + why;
  return tls_error_prefix(input.release) +
         (is_missing ? "Could not load " + pair : "Error reading " + pair + ". Make sure the key is not encrypted.");
}

/// Nothing in the file is read.
Refusal refusal_in(const std::string& path, std::string message, const std::vector<goverify::Sign>& signs,
                   std::vector<docker::Fact>& facts) {
  Refusal refusal = refusal_of(std::move(message), signs, {}, facts);
  refusal.file = path;
  return refusal;
}

/// Who may read the key, and whether an authority's lies beside it.
void note_key_file(const std::string& key, const std::string& seen_from_here, std::vector<docker::Fact>& facts) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::perms mode = fs::status(seen_from_here, error).permissions();
  if (!error && (mode & (fs::perms::others_read | fs::perms::others_write)) != fs::perms::none)
    facts.push_back({"perm-world", key, key});
  const std::string authority = (fs::path(key).parent_path() / "ca-key.pem").string();
  if (fs::exists(fs::path(seen_from_here).parent_path() / "ca-key.pem", error))
    facts.push_back({"perm-ca-key", authority, authority});
}

} // namespace

LoadedDaemon load_tls(const docker::DaemonPlan& plan, const docker::DaemonInput& input, const docker::World& world) {
  LoadedDaemon loaded;
  const goverify::Rules rules = with_godebug(goverify::rules_of_daemon(input.release), input.environment);
  std::array<docker::GoRead, 2> pair;
  const std::array paths{plan.certificate, plan.key};
  for (std::size_t i = 0; i < pair.size(); ++i) {
    pair.at(i) = docker::read_as_go(paths.at(i), world.seen_from_here(paths.at(i)));
    if (const docker::GoRead& read = pair.at(i); !read.contents) {
      loaded.refusal = Refusal{pair_error(plan, input, read.error, read.is_missing), unread_id(paths.at(i), read), paths.at(i)};
      return loaded;
    }
  }
  goverify::Loaded result = goverify::load_key_pair(pair[0].contents->bytes(), pair[1].contents->bytes(), rules);
  if (const auto* why = std::get_if<std::string>(&result)) {
    const auto signs =
        goverify::signs_of_complaint(*why, pair[0].contents->bytes(), pair[1].contents->bytes(), goverify::Side::daemon, rules);
    loaded.refusal = refusal_of(pair_error(plan, input, *why, false), signs,
                                {.daemon = {plan.ca, plan.certificate, plan.key}, .client = {}}, loaded.facts);
    return loaded;
  }
  loaded.end = {.pair = std::get<goverify::KeyPair>(std::move(result)),
                .asks_for_certificate = plan.tls == docker::ServerTls::mutual,
                .clients = {},
                .names_authorities = !plan.ca.empty(),
                .rules = rules};
  note_key_file(plan.key, world.seen_from_here(plan.key), loaded.facts);
  if (!loaded.end.asks_for_certificate)
    return loaded;
  if (plan.ca.empty()) {
    loaded.end.clients = system_roots(input.environment, rules, world);
    return loaded;
  }
  const docker::GoRead ca = docker::read_as_go(plan.ca, world.seen_from_here(plan.ca));
  const std::string prefix = tls_error_prefix(input.release);
  if (!ca.contents) {
    loaded.refusal =
        Refusal{prefix + "could not read CA certificate " + quoted(plan.ca) + ": " + ca.error, unread_id(plan.ca, ca), plan.ca};
    return loaded;
  }
  loaded.end.clients = goverify::read_pool(ca.contents->bytes(), rules);
  const auto signs = goverify::signs_in_file(ca.contents->bytes(), goverify::FileOf::authorities, rules);
  if (loaded.end.clients.certificates.empty())
    loaded.refusal =
        refusal_in(plan.ca, prefix + "failed to append certificates from PEM file: " + quoted(plan.ca), signs, loaded.facts);
  else
    note_signs_in(plan.ca, signs, loaded.facts);
  return loaded;
}

LoadedClient load_tls(const docker::ClientPlan& plan, const docker::ClientInput& input) {
  LoadedClient loaded;
  const std::string prefix = input.release == goverify::DockerVersion::v20_10 ? "" : "Failed to initialize: ";
  const goverify::Rules rules = with_godebug(goverify::rules_of_client(input.release), input.environment);
  loaded.end = {
      .pair = {}, .verifies = plan.tls == docker::ClientTls::verified, .authorities = {}, .host = plan.host, .rules = rules};
  if (plan.ca) {
    const Secret& ca = plan.ca->contents;
    loaded.end.authorities = goverify::read_pool(ca.bytes(), rules);
    const auto signs = goverify::signs_in_file(ca.bytes(), goverify::FileOf::authorities, rules);
    if (loaded.end.authorities.certificates.empty()) {
      loaded.refusal =
          refusal_in(plan.ca->path, prefix + "failed to retrieve context tls info: ca.pem seems invalid", signs, loaded.facts);
      return loaded;
    }
    note_signs_in(plan.ca->path, signs, loaded.facts);
  } else if (loaded.end.verifies) {
    loaded.end.authorities = system_roots(input.environment, rules, docker::QuietWorld({}));
  }
  if (!plan.certificate || !plan.key)
    return loaded;
  const Secret& certificate = plan.certificate->contents;
  const Secret& key = plan.key->contents;
  goverify::Loaded result = goverify::load_client_key_pair(certificate.bytes(), key.bytes(), input.release);
  if (const auto* why = std::get_if<std::string>(&result)) {
    if (plan.context != "default")
      loaded.facts.push_back({"env-context-parts", plan.certificate->path + ", " + plan.key->path, plan.certificate->path});
    loaded.refusal = refusal_of(
        prefix + *why, goverify::signs_of_complaint(*why, certificate.bytes(), key.bytes(), goverify::Side::client, rules),
        {.daemon = {}, .client = {"", plan.certificate->path, plan.key->path}}, loaded.facts);
    return loaded;
  }
  loaded.end.pair = std::get<goverify::KeyPair>(std::move(result));
  note_key_file(plan.key->path, plan.key->path, loaded.facts);
  return loaded;
}

bool serves_anybody(const goverify::ServerEnd& daemon, TimePoint now) {
  goverify::ServerEnd asking_nothing = daemon;
  asking_nothing.asks_for_certificate = false;
  const goverify::ClientEnd trusting{.pair = {}, .verifies = false, .authorities = {}, .host = {}, .rules = {}};
  return goverify::predict_handshake(asking_nothing, trusting, now).refused_by != goverify::Side::daemon;
}

Handshake shake_hands(const goverify::ServerEnd& daemon, const goverify::ClientEnd& client, const BothPaths& paths,
                      TimePoint now) {
  const goverify::HandshakeVerdict verdict = goverify::predict_handshake(daemon, client, now);
  Handshake result;
  note_signs(goverify::oddities_of(daemon, &client, verdict), paths, result.facts);
  if (verdict.ok())
    return result;
  const bool is_by_daemon = verdict.refused_by == goverify::Side::daemon;
  const std::string prefix = is_by_daemon ? "(in dockerd's log) http: TLS handshake error: " : "error during connect: ";
  result.refusal = refusal_of(prefix + verdict.text + (verdict.not_shown.empty() ? "" : " (" + verdict.not_shown + ')'),
                              goverify::signs_of_verdict(verdict, daemon, client), paths, result.facts);
  return result;
}

} // namespace dockpki::app
