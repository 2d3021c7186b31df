// Why: a fact, a refusal or a complaint of Go's becomes a finding of the one table of them.
#pragma once

#include <string>
#include <vector>

#include <dockpki/app/predict.hpp>
#include <dockpki/goverify/signs.hpp>

namespace dockpki::app {

/// The files of one end; "" where there is none.
struct EndPaths {
  std::string authorities;
  std::string certificate;
  std::string key;
};
struct BothPaths {
  EndPaths daemon;
  EndPaths client;
  [[nodiscard]] std::string of(const goverify::EndFile& file) const;
};

/// Makes a finding of a fact, or of a refusal, which blocks.
Finding finding_of(const docker::Fact& fact, Side side);
Finding blocking_finding(const docker::Refusal& refusal, Side side);

/// What else looks as this refusal does: not here, but in whatever speaks to Docker in the client's place.
std::vector<docker::Fact> look_alikes(const docker::Refusal& refusal);

/// What dockerd puts before its complaints about TLS files.
std::string tls_error_prefix(goverify::DockerVersion version);

/// The first sign is what is behind the message; the others, which may be the cause instead, are facts.
docker::Refusal refusal_of(std::string message, const std::vector<goverify::Sign>& signs, const BothPaths& paths,
                           std::vector<docker::Fact>& facts);
/// Every sign as a fact.
void note_signs(const std::vector<goverify::Sign>& signs, const BothPaths& paths, std::vector<docker::Fact>& facts);
/// The same of a file, which is named with what was seen in it.
void note_signs_in(const std::string& path, const std::vector<goverify::Sign>& signs, std::vector<docker::Fact>& facts);

/// The files that a plan names.
EndPaths paths_of(const docker::DaemonPlan& plan);
EndPaths paths_of(const docker::ClientPlan& plan);

/// Puts into a remedy what is known for FILE, FOLDER, HOST, ADDRESS and, of a leaf, NAME: as a rule dockpki calls a set by its
/// certificate's common name. `host` is what is dialled; it may be empty.
void fill_in_remedy(Finding& finding, const std::string& host, const BothPaths& paths);

} // namespace dockpki::app
