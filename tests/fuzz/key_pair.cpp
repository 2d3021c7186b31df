// Fuzzed: one text as certificate file, key file and file of authorities at once; and what is told of it.
#include <cstddef>
#include <cstdint>

#include <dockpki/goverify/signs.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dockpki::goverify;
  const dockpki::Bytes text(data, size);
  for (const DockerVersion version : {DockerVersion::v20_10, DockerVersion::v29}) {
    const Rules rules = rules_of_client(version);
    for (const FileOf what : {FileOf::authorities, FileOf::certificate, FileOf::key})
      signs_in_file(text, what, rules);
    const Loaded loaded = load_client_key_pair(text, text, version);
    if (const auto* complaint = std::get_if<std::string>(&loaded))
      signs_of_complaint(*complaint, text, text, Side::client, rules);
    else
      predict_handshake({std::get<KeyPair>(loaded), true, read_pool(text, rules), true, rules},
                        {std::get<KeyPair>(loaded), true, read_pool(text, rules), "docker.test", rules},
                        dockpki::parse_rfc3339("2026-11-22T00:00:00Z"));
  }
  return 0;
}
