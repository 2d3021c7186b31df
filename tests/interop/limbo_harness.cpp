// x509-limbo's test cases (limbo.json on standard input) answered by the engine of `verify`: its result format on standard
// output.
#include <algorithm>
#include <iostream>
#include <optional>

#include <nlohmann/json.hpp>

#include <dockpki/goverify/verify.hpp>

namespace {

using namespace dockpki;
using Json = nlohmann::ordered_json;

Bytes octets_of(const std::string& text) {
  return bytes_of(text);
}

/// "2024-01-01T00:00:00.005000+00:00"; the zone is always that one.
goverify::Instant parse_time(const std::string& text) {
  const std::size_t end = text.find_first_of(".+-Z", text.find('T'));
  const goverify::Instant whole = parse_rfc3339(text.substr(0, end) + 'Z');
  return text[end] == '.' ? whole + std::chrono::milliseconds(std::stoi(text.substr(end + 1, 3))) : whole;
}

struct Answer {
  std::string result;
  std::string context;
};

std::optional<std::string> why_skipped(const Json& test, const std::vector<std::string>& skipped) {
  for (const Json& feature : test.at("features"))
    if (std::find(skipped.begin(), skipped.end(), feature.get<std::string>()) != skipped.end())
      return "Go has no " + feature.get<std::string>();
  if (const Json& peer = test.at("expected_peer_name"); !peer.is_null() && peer.at("kind") != "DNS" && peer.at("kind") != "IP")
    return "Go looks for no such name";
  if (!test.at("signature_algorithms").empty())
    return "the algorithms cannot be chosen";
  return std::nullopt;
}

/// What Go cannot read it passes over.
goverify::Pool pool_of(const Json& pems, const goverify::Rules& rules) {
  std::string text;
  for (const Json& pem : pems)
    text += pem.get<std::string>();
  return goverify::read_pool(octets_of(text), rules);
}

goverify::ExtendedKeyUsage usage_of(const Json& test) {
  const bool asks_for_client = std::any_of(test.at("extended_key_usage").begin(), test.at("extended_key_usage").end(),
                                           [](const Json& usage) { return usage == "clientAuth"; });
  return asks_for_client ? goverify::ExtendedKeyUsage::client_auth : goverify::ExtendedKeyUsage::server_auth;
}

Answer answer(const Json& test, const goverify::Rules& rules) {
  static const std::vector<std::string> skipped = {"max-chain-depth", "has-crl"};
  if (const auto why = why_skipped(test, skipped))
    return {"SKIPPED", *why};
  const goverify::Pool roots = pool_of(test.at("trusted_certs"), rules);
  const goverify::Pool leaf = pool_of(Json::array({test.at("peer_certificate")}), rules);
  if (leaf.certificates.empty())
    return {"FAILURE", leaf.skipped.empty() ? "no certificate" : leaf.skipped.front()};
  goverify::VerifyOptions options;
  options.roots = &roots;
  options.intermediates = pool_of(test.at("untrusted_intermediates"), rules).certificates;
  const Json& time = test.at("validation_time");
  options.now =
      time.is_null() ? std::chrono::floor<Seconds>(std::chrono::system_clock::now()) : parse_time(time.get<std::string>());
  options.usage = usage_of(test);
  if (const Json& peer = test.at("expected_peer_name"); !peer.is_null())
    options.host = peer.at("value").get<std::string>();
  const goverify::Fault fault = goverify::verify(leaf.certificates.front(), options, rules);
  return fault ? Answer{"FAILURE", fault.text} : Answer{"SUCCESS", ""};
}

} // namespace

int main() {
  std::ios::sync_with_stdio(false);
  const Json limbo = Json::parse(std::cin);
  const goverify::Rules rules{.go = 26, .negative_serial = true, .small_rsa = true};
  Json results = Json::array();
  for (const Json& test : limbo.at("testcases")) {
    const Answer given = answer(test, rules);
    results.push_back({{"id", test.at("id")},
                       {"actual_result", given.result},
                       {"context", given.context.empty() ? Json(nullptr) : Json(given.context)}});
  }
  const Json document = {{"version", 1}, {"harness", "dockpki"}, {"results", results}};
  std::cout << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}
