// Why: a fact, a refusal or a complaint of Go's becomes a finding of the one table of them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <dockpki/app/predict.hpp>
#include <dockpki/goverify/handshake.hpp>

namespace dockpki::app {

/// Makes a finding of a fact, or of a refusal, which blocks.
Finding finding_of(const docker::Fact& fact, Side side);
Finding blocking_finding(const docker::Refusal& refusal, Side side);

/// What dockerd puts before its complaints about TLS files.
std::string tls_error_prefix(goverify::DockerVersion version);

/// Which finding it is that the files of a pair do not load, by Go's words and what the files hold.
std::string pair_id(std::string_view why, std::string_view certificate, std::string_view key);
/// Which finding it is that a file of authorities holds none.
std::string pool_id(const goverify::Pool& pool, std::string_view text);
/// What is odd about a file of authorities that does load.
void pool_facts(const goverify::Pool& pool, const std::string& path, std::string_view text, std::vector<docker::Fact>& facts);
/// A handshake that failed.
docker::Refusal handshake_refusal(const goverify::HandshakeVerdict& verdict, const goverify::ServerEnd& daemon,
                                  const goverify::ClientEnd& client);

/// Words of a complaint, and the finding that they tell of.
struct IdOfWords {
  std::string_view words;
  std::string_view id;
};
/// The id of the first whose words are in the text.
std::string id_by_words(std::span<const IdOfWords> all, std::string_view text, std::string_view otherwise);

} // namespace dockpki::app
