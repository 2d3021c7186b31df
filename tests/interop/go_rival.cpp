// What judge.go is asked, answered by lib/goverify: go_rival MINOR < questions, for Go 1.MINOR.
#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <dockpki/base/hex.hpp>
#include <dockpki/goverify/key_pair.hpp>
#include <dockpki/goverify/verify.hpp>

namespace {

using namespace dockpki;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);)
    parts.push_back(part);
  return parts;
}

std::vector<std::uint8_t> octets(const std::string& field) {
  return parse_hex(field).value_or(std::vector<std::uint8_t>{}); // "-" stands for none
}

goverify::Pool pool(const std::string& field, const goverify::Rules& rules) {
  goverify::Pool pool;
  for (const std::string& one : split(field, ','))
    try {
      pool.certificates.push_back(goverify::parse_certificate(octets(one), rules));
    } catch (const goverify::Refusal&) {
      continue; // as judge.go does
    }
  return pool;
}

std::string verify(const std::vector<std::string>& fields, const goverify::Rules& rules) {
  const goverify::CertificatePtr leaf = goverify::parse_certificate(octets(fields.at(6)), rules);
  const goverify::Pool roots = pool(fields.at(4), rules);
  goverify::VerifyOptions options;
  options.roots = &roots;
  options.intermediates = pool(fields.at(5), rules).certificates;
  options.now = std::chrono::sys_seconds(std::chrono::seconds(std::stoll(fields.at(2))));
  options.host = fields.at(1) == "-" ? "" : fields.at(1);
  options.usage = fields.at(3) == "client" ? goverify::ExtendedKeyUsage::client_auth : goverify::ExtendedKeyUsage::server_auth;
  return goverify::verify(leaf, options, rules).text;
}

std::string judge(const std::vector<std::string>& fields, const goverify::Rules& rules) {
  try {
    if (fields.at(0) == "verify")
      return verify(fields, rules);
    const goverify::Loaded loaded = goverify::load_key_pair(octets(fields.at(1)), octets(fields.at(2)), rules);
    const auto* complaint = std::get_if<std::string>(&loaded);
    return complaint == nullptr ? "" : *complaint;
  } catch (const goverify::Refusal& refusal) {
    return refusal.what();
  }
}

} // namespace

int main(int count, char** arguments) {
  if (count != 2)
    return 2;
  const goverify::Rules rules{.go = std::stoi(arguments[1]), .negative_serial = true, .small_rsa = true};
  for (std::string line; std::getline(std::cin, line);) {
    std::string complaint = judge(split(line, ' '), rules);
    std::ranges::replace(complaint, '\n', '~');
    std::cout << (complaint.empty() ? "ok" : complaint) << '\n';
  }
}
