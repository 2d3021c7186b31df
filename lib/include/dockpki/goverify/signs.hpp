// Why: Go's message tells what stopped it, and seldom why. The well-known mistakes behind it are recognized here by what is in
// the files.
#pragma once

#include <string>
#include <vector>

#include <dockpki/goverify/handshake.hpp>

namespace dockpki::goverify {

/// What a file is meant to hold.
enum class FileOf { authorities, certificate, key };

/// EndFile is one of the three files of an end.
struct EndFile {
  Side side = Side::daemon;
  FileOf what = FileOf::certificate;
};

/// Sign is one well-known mistake, or oddity, that was recognized. `id` is a finding's; it never changes its meaning.
struct Sign {
  std::string id;
  std::string evidence;          ///< what was seen, a sentence; empty if the id says it all
  std::optional<EndFile> file{}; ///< that it is about; none of one that signs_in_file found: it was given that
  std::string subject{};         ///< of the certificate that it is about, as subject_text gives it; ""
};

/// signs_in_file tells why nothing, or not everything, was loaded from a file; nothing if it is as it should be.
std::vector<Sign> signs_in_file(Bytes text, FileOf what, const Rules& rules);

/// signs_of_complaint tells what is behind a complaint of load_key_pair or load_client_key_pair; at least one sign.
std::vector<Sign> signs_of_complaint(const std::string& complaint, Bytes certificate_pem, Bytes key_pem, Side side,
                                     const Rules& rules);

/// signs_of_verdict tells what is behind a handshake that fails: at least one sign then, the most likely one first.
std::vector<Sign> signs_of_verdict(const HandshakeVerdict& verdict, const ServerEnd& server, const ClientEnd& client);

/// oddities_of tells what Docker accepts, or would, and what others stumble over or is weak.
std::vector<Sign> oddities_of(const ServerEnd& server, const ClientEnd* client, const HandshakeVerdict& verdict);

} // namespace dockpki::goverify
