// Fuzzed: PEM of many certificates; the first is verified by all the others.
#include <cstddef>
#include <cstdint>

#include <dockpki/goverify/verify.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dockpki::goverify;
  for (const DockerVersion version : {DockerVersion::v20_10, DockerVersion::v28}) {
    const Rules rules = rules_of_daemon(version);
    const Pool pool = read_pool({data, size}, rules);
    if (pool.certificates.empty())
      continue;
    Pool roots;
    roots.certificates.assign(pool.certificates.begin() + 1, pool.certificates.end());
    VerifyOptions options;
    options.roots = &roots;
    options.intermediates = roots.certificates;
    options.now = dockpki::parse_rfc3339("2026-11-22T00:00:00Z");
    options.host = "docker.test";
    verify(pool.certificates.front(), options, rules);
    options.host.clear();
    options.usage = ExtendedKeyUsage::client_auth;
    verify(pool.certificates.front(), options, rules);
  }
  return 0;
}
