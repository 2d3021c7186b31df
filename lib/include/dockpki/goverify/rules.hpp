// Why: Docker's verdict is that of the Go it was built with, and Go has changed its mind. This says which one judges.
#pragma once

#include <optional>
#include <string_view>

namespace dockpki::goverify {

/// Rules of one build of Go.
struct Rules {
  int go = 27;                 ///< Go 1.go
  bool negative_serial = true; ///< GODEBUG x509negativeserial=1; before Go 1.23 there is nothing else
  bool small_rsa = true;       ///< GODEBUG rsa1024min=0; before Go 1.24 there is nothing else
  bool sha1 = false;           ///< GODEBUG x509sha1=1, which Go 1.24 and later do not know
  int most_rsa_bits = 8192;    ///< GODEBUG tlsmaxrsasize, of a key that is sent; before Go 1.20 there is no limit
};

/// DockerVersion is a family of releases that behave alike. Builds of a distribution (Debian's docker.io) have the permissive
/// GODEBUG defaults of a build without a go.mod; 29 stands for official builds, which have the strict ones.
enum class DockerVersion { v20_10, v28, v29 };

/// Reads "20.10", "28", "29", and any full version ("20.10.24+dfsg1", "27.3.1"), which is taken for the nearest family.
std::optional<DockerVersion> parse_docker_version(std::string_view text);
std::string_view to_string(DockerVersion version);

/// The Go of dockerd: 1.19 (20.10.24), 1.27 (28.5.2), the same with strict defaults (29).
Rules rules_of_daemon(DockerVersion version);
/// The Go of docker: 1.19 (20.10.24), 1.24 (28.2.2), the same with strict defaults (29).
Rules rules_of_client(DockerVersion version);

} // namespace dockpki::goverify
