#include "app/probe_endpoint.hpp"

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>

#include "app/served_chain.hpp"

namespace dockpki::app {
namespace {

using Verdict = Reception::Verdict;
constexpr const char* ping = "/_ping";
constexpr std::size_t longest_chain = 10;
constexpr std::size_t most_names = 100;

/// Those of a front such as nginx, which shakes hands with everybody and judges the certificate afterwards.
bool is_refusal(int status) {
  constexpr std::array refusals = {400, 401, 403, 495, 496};
  return std::ranges::find(refusals, status) != refusals.end();
}

Reception reception_of(const net::Look& look) {
  switch (look.ending) {
  case net::Ending::answered: {
    const bool refused = look.asked && is_refusal(look.response.status);
    return {.verdict = refused ? Verdict::refused : Verdict::let_in, .how = "HTTP " + std::to_string(look.response.status)};
  }
  case net::Ending::refused:
    return {.verdict = Verdict::refused, .how = look.failure};
  case net::Ending::closed:
    return {.verdict = look.asked ? Verdict::refused : Verdict::unknown, .how = look.failure};
  case net::Ending::garbled:
    return {.verdict = look.shaken ? Verdict::let_in : Verdict::unknown, .how = look.failure};
  case net::Ending::silent:
  case net::Ending::unreachable:
    break;
  }
  return {.verdict = Verdict::unknown, .how = look.failure};
}

std::vector<std::string> authority_names(const net::Look& look) {
  std::vector<std::string> names;
  for (const auto& der : look.authorities) {
    if (names.size() == most_names)
      break;
    try {
      names.push_back(x509::DistinguishedName::from_der(der).text());
    } catch (const Error&) {
      names.push_back("(unreadable)");
    }
  }
  return names;
}

/// True if docker would send the pair: Go's client sends none that the other end did not ask for.
bool is_asked_for(const net::Look& look, const std::vector<x509::DistinguishedName>& issuers) {
  return look.authorities.empty() || std::ranges::any_of(look.authorities, [&](const auto& der) {
           return std::ranges::any_of(issuers, [&](const auto& issuer) { return std::ranges::equal(issuer.der(), der); });
         });
}

/// What a TLS server says to HTTP.
bool is_complaint(const net::Response& response) {
  return response.status == 400 &&
         (response.body.find("HTTPS server") != std::string::npos || response.body.find("HTTPS port") != std::string::npos);
}

void note_response(const net::Response& response, ProbeResult& result) {
  result.server = x509::printable(response.server);
  result.api_version = x509::printable(response.api_version);
}

void note_version(const net::Look& look, ProbeResult& result) {
  result.version = docker::parse_version_info(look.response.body);
  if (!result.version)
    return;
  for (std::string* text :
       {&result.version->version, &result.version->api_version, &result.version->min_api_version, &result.version->platform})
    *text = x509::printable(*text);
}

/// Without TLS: is it HTTP, or what is it?
void probe_plain(net::Target& target, const net::Look& nobody, ProbeResult& result) {
  const net::Look look = net::look_in_plain(target, ping);
  result.failure = look.failure.empty() ? nobody.failure : look.failure;
  if (look.ending == net::Ending::answered && is_complaint(look.response)) {
    result.kind = EndpointKind::tls_handshake_failed;
    result.failure = "the TLS handshake fails: " + nobody.failure;
  } else if (look.ending == net::Ending::answered) {
    result.kind = EndpointKind::plain;
    result.failure.clear();
    note_response(look.response, result);
    if (!result.api_version.empty())
      note_version(net::look_in_plain(target, "/version"), result);
  } else if (look.first_octets.starts_with("SSH-")) {
    result.failure = "it speaks SSH: " + x509::printable(look.first_octets.substr(0, look.first_octets.find_first_of("\r\n")));
  } else if (!look.first_octets.empty()) {
    result.failure = "it speaks neither TLS nor HTTP";
  }
}

void note_certificates(const net::Look& look, const Probers& probers, const KnownServers& known, ProbeResult& result) {
  for (std::size_t i = 0; i < std::min(look.chain.size(), longest_chain); ++i)
    result.chain.push_back(describe_served(look.chain[i]));
  if (result.chain.empty())
    return;
  const ChainVerdict verdict = judge_chain(look.chain, result.endpoint.host, probers.roots, probers.now);
  result.fits_host = verdict.fits_host;
  result.misfit = verdict.misfit;
  result.trusted = verdict.trusted;
  result.distrust = verdict.distrust;
  result.on_disk = known.find(result.chain.front().sha256);
}

void probe_tls(net::Target& target, const Probers& probers, const net::Look& nobody, ProbeResult& result) {
  const net::Looker* let_in = result.nobody.verdict == Verdict::let_in ? &probers.nobody : nullptr;
  if (let_in != nullptr)
    note_response(nobody.response, result);
  if (nobody.asked)
    result.foreign = reception_of(probers.foreign.look(target, ping));
  if (probers.pair) {
    const net::Look pair = probers.pair->look(target, ping);
    result.pair = reception_of(pair);
    result.pair_is_asked_for = is_asked_for(nobody, probers.pair_issuers);
    if (result.pair.verdict == Verdict::let_in) {
      let_in = &*probers.pair;
      note_response(pair.response, result);
    }
  }
  if (let_in != nullptr && !result.api_version.empty())
    note_version(let_in->look(target, "/version"), result);
}

} // namespace

ProbeResult probe_endpoint(const net::Endpoint& endpoint, const Probers& probers, const KnownServers& known,
                           std::chrono::milliseconds patience) {
  ProbeResult result;
  result.endpoint = endpoint;
  net::Target target(endpoint, patience);
  const net::Look nobody = probers.nobody.look(target, ping);
  result.address = target.address();
  result.asks = nobody.asked;
  result.protocol = nobody.protocol;
  result.suite = nobody.suite;
  result.authorities = authority_names(nobody);
  note_certificates(nobody, probers, known, result);
  if (nobody.ending == net::Ending::unreachable) {
    result.failure = nobody.failure;
  } else if (!nobody.is_tls && nobody.ending != net::Ending::refused) {
    probe_plain(target, nobody, result);
  } else {
    result.offer = probers.nobody.offer(target);
    result.nobody = reception_of(nobody);
    const bool judged = nobody.shaken || (nobody.asked && result.nobody.verdict == Verdict::refused);
    if (!judged) {
      result.kind = EndpointKind::tls_handshake_failed;
      result.nobody = {};
      result.failure = "the TLS handshake fails: " + nobody.failure;
      return result;
    }
    result.kind = result.nobody.verdict == Verdict::refused ? EndpointKind::mtls : EndpointKind::tls;
    if (result.nobody.verdict == Verdict::unknown)
      result.failure = "whether it lets in who has no certificate was not to be told: " + result.nobody.how;
    probe_tls(target, probers, nobody, result);
  }
  return result;
}

} // namespace dockpki::app
