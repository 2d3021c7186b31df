// make-request: key and request on the machine that will use them; the key never travels.
#include <array>

#include <dockpki/app/issue.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/files/set.hpp>

#include "app/order.hpp"
#include "app/placed_sets.hpp"

namespace dockpki::app {
namespace {

constexpr const char* request_name = "request.csr";

IssuedSet make_request(Context& context, SetOrder order) {
  const docker::SetLayout& layout = layout_of(order.layout);
  IssuedSet result{.kind = order.leaf.kind, .name = order.name, .folder = order.folder};
  result.key = to_string(*order.key);
  result.names = order.leaf.names;
  result.notes = std::move(order.notes);
  result.key_path = order.folder / layout.key;
  result.request_path = order.folder / request_name;
  result.dry_run = order.options.dry_run;
  const std::array<std::string, 2> names = {layout.key, request_name};
  const std::vector<std::string> standing = files::standing_files(order.folder, names);
  if (!standing.empty() && order.options.force == Force::no)
    throw Error(Errc::already_exists,
                "failed to write the request to '" + order.folder.string() + "': " + standing.front() + " stands there already",
                "--force replaces it and keeps a backup; --out DIR puts it elsewhere");
  if (order.options.dry_run == DryRun::yes)
    return result;
  const x509::PrivateKey key = x509::PrivateKey::generate(*order.key, context.tick);
  const std::string request_pem = x509::Request::make(request_fields(order.leaf), key).pem();
  const Secret key_pem = key.write_unencrypted_pem();
  const std::array set = {files::SetFile{layout.key, key_pem.bytes(), files::private_key_mode},
                          files::SetFile{request_name, bytes_of(request_pem), files::certificate_mode}};
  const files::Existing existing = order.options.force == Force::yes ? files::Existing::backed_up : files::Existing::refused;
  result.backups = files::StagedSet::stage(order.folder, set, existing, format_basic(context.now)).commit();
  return result;
}

[[noreturn]] void refuse_without_folder() {
  throw Error(Errc::usage, "failed to make a request: no folder to put it in", "say where: --out DIR");
}

} // namespace

IssuedSet make_server_request(Context& context, const ServerOptions& options) {
  if (!options.leaf.out)
    refuse_without_folder();
  return make_request(context, server_order(context, options));
}

IssuedSet make_client_request(Context& context, const ClientOptions& options) {
  SetOrder order = client_order(context, options);
  // One's own goes where the docker client looks; under sudo that would be root's folder.
  if (!options.leaf.out && (!order.is_own || !context.caller.sudo_user.empty()))
    refuse_without_folder();
  return make_request(context, std::move(order));
}

} // namespace dockpki::app
