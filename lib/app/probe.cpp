#include <dockpki/app/probe.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>

#include "app/foreign_client.hpp"
#include "app/probe_endpoint.hpp"
#include "app/probe_findings.hpp"
#include "app/sides.hpp"

namespace dockpki::app {
namespace {

/// They wait nearly all the time; a thousand endpoints that do not answer keep them for a minute or two.
constexpr std::size_t most_at_once = 64;

Probers make_probers(const std::optional<files::Path>& client_folder, TimePoint now) {
  Probers probers{.nobody = net::Looker(),
                  .foreign = net::Looker(make_foreign_client({}, now)),
                  .pair = {},
                  .pair_issuers = {},
                  .roots = {},
                  .now = now};
  if (!client_folder)
    return probers;
  try {
    const net::Side side = read_side(*client_folder, docker::client_layout);
    probers.pair = net::Looker(side);
    probers.roots = goverify::read_pool(side.trust.bytes(), goverify::rules_of_client(goverify::DockerVersion::v29));
    if (probers.roots->certificates.empty())
      throw Error(Errc::invalid_input, "failed to read '" + (*client_folder / docker::client_layout.ca).string() +
                                           "': it holds no certificate that docker reads");
    for (const x509::Certificate& one :
         x509::Certificate::all_from_pem(side.certificate.bytes(), (*client_folder / docker::client_layout.certificate).string()))
      probers.pair_issuers.push_back(one.contents().issuer);
  } catch (const Error& error) {
    throw Error(error.code(), error.what(), "--cert names a folder with ca.pem, cert.pem and an unencrypted key.pem");
  }
  return probers;
}

/// Does `work` for each number below `count`, many at once. The first exception ends it and is thrown again.
template <class Work>
void for_each_at_once(std::size_t count, Work work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  const auto go_on = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++)
        work(i);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      failure = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(count, most_at_once); ++i)
      threads.emplace_back(go_on);
    go_on();
  }
  if (failure)
    std::rethrow_exception(failure);
}

} // namespace

std::string_view to_string(EndpointKind kind) {
  switch (kind) {
  case EndpointKind::none:
    return "none";
  case EndpointKind::tls_handshake_failed:
    return "tls-handshake-failed";
  case EndpointKind::plain:
    return "plain";
  case EndpointKind::tls:
    return "tls";
  case EndpointKind::mtls:
    break;
  }
  return "mtls";
}

std::string_view to_string(Reception::Verdict verdict) {
  switch (verdict) {
  case Reception::Verdict::not_tried:
    return "not-tried";
  case Reception::Verdict::let_in:
    return "let-in";
  case Reception::Verdict::refused:
    return "refused";
  case Reception::Verdict::unknown:
    break;
  }
  return "unknown";
}

std::string_view to_string(OnDisk::State state) {
  switch (state) {
  case OnDisk::State::unknown:
    return "unknown";
  case OnDisk::State::same:
    return "same";
  case OnDisk::State::another:
    break;
  }
  return "another";
}

ProbeReport probe(const store::Home& home, const ProbeOptions& options, TimePoint now,
                  const std::function<void(std::size_t done, std::size_t total)>& advance) {
  ProbeReport report;
  const Probers probers = make_probers(options.client_folder, now);
  std::optional<KnownServers> known;
  try {
    known.emplace(home, options.client_folder);
  } catch (const Error& error) {
    report.notes.push_back("whether a restart is pending was not looked at: " + std::string(error.what()) +
                           (error.hint().empty() ? "" : "; " + error.hint()));
    known.emplace(options.client_folder);
  }
  report.results.resize(options.endpoints.size());
  std::mutex mutex;
  std::size_t done = 0;
  for_each_at_once(options.endpoints.size(), [&](std::size_t i) {
    ProbeResult& result = report.results[i];
    result = probe_endpoint(options.endpoints[i], probers, *known, options.patience);
    result.findings = judge(result, now);
    const std::scoped_lock lock(mutex);
    if (advance)
      advance(++done, options.endpoints.size());
  });
  return report;
}

} // namespace dockpki::app
