// Why: a set that was handed on, or whose host is gone, is nothing that renewal should look after any more.
#pragma once

#include <vector>

#include <dockpki/app/context.hpp>
#include <dockpki/store/records.hpp>

namespace dockpki::app {

/// ForgottenSet is a set that dockpki looks after no more. Its files are left alone, and its certificate stays valid.
struct ForgottenSet {
  store::CertificateRecord record;
  files::Path folder;
};

/// forget_folder takes what was put into `folder` from the places that renewal knows. Throws Errc::not_found if nothing was.
std::vector<ForgottenSet> forget_folder(Context& context, const files::Path& folder, DryRun dry_run);

} // namespace dockpki::app
