// Fuzzed: one certificate, DER, by the rules of every version; and what is made of it.
#include <cstddef>
#include <cstdint>

#include <dockpki/goverify/verify.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dockpki::goverify;
  for (const DockerVersion version : {DockerVersion::v20_10, DockerVersion::v28, DockerVersion::v29})
    for (const Rules& rules : {rules_of_daemon(version), rules_of_client(version)}) {
      try {
        const CertificatePtr certificate = parse_certificate({data, size}, rules);
        const Pool pool{{certificate}, {}};
        VerifyOptions options;
        options.roots = &pool;
        options.host = "docker.test";
        verify(certificate, options, rules);
        options.host = "127.0.0.1";
        verify(certificate, options, rules);
      } catch (const Refusal&) {
        continue; // an answer like any other
      }
    }
  return 0;
}
