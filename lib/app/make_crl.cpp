// make-crl: the next revocation list of each authority.
#include <algorithm>

#include <dockpki/app/revoke.hpp>
#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/x509/pem.hpp>

#include "app/authority_files.hpp"
#include "app/crl_files.hpp"
#include "app/order.hpp"

namespace dockpki::app {
namespace {

/// One that may not sign lists is left out with a note, unless there is no other, or it was asked for: then it is refused.
void leave_out_unable(std::vector<store::AuthorityRecord>& authorities, std::vector<std::string>& notes) {
  const auto unable = [](const store::AuthorityRecord& authority) { return !may_sign_lists(authority); };
  if (std::ranges::all_of(authorities, unable))
    return;
  for (const store::AuthorityRecord& authority : authorities)
    if (unable(authority))
      notes.push_back("authority '" + authority.name + "' may make no revocation lists: its keyUsage lacks cRLSign");
  std::erase_if(authorities, unable);
}

std::vector<store::AuthorityRecord> chosen(store::Inventory& inventory, const CrlOptions& options, const store::Home& home,
                                           std::vector<std::string>& notes) {
  std::vector<store::AuthorityRecord> authorities = crl_authorities(inventory, MayNot::kept);
  if (authorities.empty())
    throw Error(Errc::not_found, "failed to find an authority in '" + home.root().string() + "': there is none",
                "run 'dockpki init-ca' first");
  if (options.authority) {
    std::vector<std::string> names;
    for (const store::AuthorityRecord& authority : authorities)
      names.push_back(authority.name);
    std::erase_if(authorities, [&](const store::AuthorityRecord& one) { return one.name != *options.authority; });
    if (authorities.empty()) {
      const std::vector<std::string_view> known(names.begin(), names.end());
      const auto meant = nearest(*options.authority, known);
      throw Error(Errc::not_found, "failed to find authority '" + x509::printable(*options.authority) + "'",
                  meant ? "did you mean '" + std::string(*meant) + "'?" : "'dockpki status' names them");
    }
  } else {
    leave_out_unable(authorities, notes);
  }
  if (options.out && authorities.size() > 1)
    throw Error(Errc::usage, "failed to write a copy: this home has several authorities, and a file holds the list of one",
                "say of which: --authority " + authorities.back().name);
  return authorities;
}

bool is_der_name(const files::Path& path) {
  return path.extension() == ".der";
}

/// A list of the same authority may be replaced there, as a job that runs every week does; nothing else.
void refuse_foreign(const files::Path& out, const x509::Certificate& authority) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(out, error)))
    return;
  try {
    const Secret bytes = files::read_file(out, "revocation list", 2 * x509::largest_input, files::Symlinks::refused);
    const Secret der = is_der_name(out) ? Secret::copy_of(bytes.bytes())
                                        : Secret::copy_of(x509::read_pem(bytes.bytes(), out.string()).front().der.bytes());
    if (x509::parse_crl(der.bytes()).issuer == authority.contents().subject)
      return;
  } catch (const Error& failure) {
    if (failure.code() == Errc::io)
      throw;
  }
  throw Error(Errc::already_exists,
              "failed to write '" + out.string() + "': something stands there that is no revocation list of this authority",
              "choose another place with --out");
}

void write_copy(const files::Path& out, const x509::Crl& crl) {
  const std::string pem = crl.pem();
  const Bytes bytes = is_der_name(out) ? crl.der() : bytes_of(pem);
  files::write_file(out, bytes, files::certificate_mode, files::Overwrite::yes);
}

} // namespace

CrlResult make_crl(Context& context, const CrlOptions& options) {
  context.home.check();
  CrlResult result{.crls = {}, .notes = {}, .dry_run = options.dry_run};
  std::vector<store::AuthorityRecord> authorities;
  const files::Path out = options.out ? absolute_folder(context, *options.out) : files::Path();
  {
    store::ReadSession reading(context.home);
    authorities = chosen(reading.inventory(), options, context.home, result.notes);
    for (const store::AuthorityRecord& authority : authorities) {
      const x509::Certificate certificate = load_certificate(context.home, authority);
      pki::CrlOrder order = crl_order(reading.inventory(), authority.name);
      order.lifetime = options.lifetime;
      const pki::CrlPlan plan = pki::plan_crl(certificate, order, context.now);
      if (options.out)
        refuse_foreign(out, certificate);
      if (auto note = shortened_note(plan))
        result.notes.push_back(std::move(*note));
      result.crls.push_back(describe_crl(context.home, authority.name, plan));
      result.crls.back().out = out;
    }
  }
  if (options.dry_run == DryRun::yes)
    return result;

  const std::map<std::string, pki::Issuer> issuers = load_issuers(context, authorities);
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::no);
  for (MadeCrl& made : result.crls) {
    pki::CrlOrder order = crl_order(session.inventory(), made.authority);
    order.lifetime = options.lifetime;
    StagedCrl staged = stage_crl(context, made.authority, issuers.at(made.authority), order);
    commit_crl(session, staged);
    made = staged.made;
    made.out = out;
    if (options.out)
      write_copy(out, staged.crl);
  }
  return result;
}

} // namespace dockpki::app
