// Why: the one road from an order to a set in force, shared by issue-server, issue-client and sign-request.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <dockpki/app/issue.hpp>

namespace dockpki::app {

/// What a renewal found in the set's folder.
struct Renewed {
  std::int64_t certificate_id = 0; ///< of the old certificate
  std::string authority;           ///< that signed it
  bool has_trust = false;          ///< ca.pem stands
};

/// What has been decided about a set before the authority's key is touched.
struct SetOrder {
  pki::LeafOrder leaf;
  std::string name;   ///< the set's name in the inventory
  files::Path folder; ///< absolute
  store::Layout layout = store::Layout::server;
  std::string owner; ///< another user whom the files are to belong to; empty as a rule
  LeafOptions options;
  std::optional<x509::KeyType> key; ///< to be generated; none: `request` brings a public key
  const x509::Request* request = nullptr;
  bool is_own = false;           ///< a client's set that goes where the docker client looks
  std::optional<Renewed> renews; ///< in a renewal: what lies there
  std::vector<std::string> notes;
};

/// request_fields gives what a request of ours asks for.
x509::RequestFields request_fields(const pki::LeafOrder& order);

/// lifetime_of gives flag, else setting, else default; refuses more than 825 days unless allowed. Throws Errc::refused.
Seconds lifetime_of(const LeafOptions& options, const IssueSettings& settings);

/// Issuers opens each authority's key once, however many certificates it is to sign.
class Issuers {
public:
  explicit Issuers(Context& context) : context_(context) {}
  /// Throws what load_issuer throws.
  const pki::Issuer& of(const store::AuthorityRecord& authority);

private:
  Context& context_;
  std::map<std::string, pki::Issuer> opened_;
};

/// issue_set issues, puts the set in force and records it. In a dry run it checks all that can be checked without the key.
IssuedSet issue_set(Context& context, SetOrder order, Issuers& issuers);
/// The same for one of many sets, with an inventory that is open already, and stays open to the end: a second connection then
/// need not go through the write-ahead log anew. Its view is released, or that log would never be taken in, and grow for good.
IssuedSet issue_set(Context& context, store::Inventory& reading, SetOrder order, Issuers& issuers);

} // namespace dockpki::app
