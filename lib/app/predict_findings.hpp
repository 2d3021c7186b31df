// Why: a fact, a refusal or a complaint of Go's becomes a finding of the one table of them.
#pragma once

#include <string>
#include <vector>

#include <dockpki/app/predict.hpp>
#include <dockpki/goverify/signs.hpp>

namespace dockpki::app {

/// Makes a finding of a fact, or of a refusal, which blocks.
Finding finding_of(const docker::Fact& fact, Side side);
Finding blocking_finding(const docker::Refusal& refusal, Side side);

/// What else looks as this refusal does: not here, but in whatever speaks to Docker in the client's place.
std::vector<docker::Fact> look_alikes(const docker::Refusal& refusal);

/// What dockerd puts before its complaints about TLS files.
std::string tls_error_prefix(goverify::DockerVersion version);

/// The first sign gives a refusal its id; the others, which may be the cause instead, are facts.
std::string take_id(const std::vector<goverify::Sign>& signs, std::vector<docker::Fact>& facts);
/// Every sign as a fact.
void note_signs(const std::vector<goverify::Sign>& signs, const std::string& where, std::vector<docker::Fact>& facts);

} // namespace dockpki::app
