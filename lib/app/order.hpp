// Why: what a set is to hold and where it goes is decided the same way whether it is issued here or only requested.
#pragma once

#include "app/issue_set.hpp"

namespace dockpki::app {

SetOrder server_order(const Context& context, const ServerOptions& options);
SetOrder client_order(const Context& context, const ClientOptions& options);

/// refuse_too_many refuses more than 100 names and addresses in one certificate. Throws Errc::refused.
void refuse_too_many(const x509::SubjectAlternativeName& names);

/// absolute_folder gives `folder` seen from where the caller stands, without '..' and without a slash at its end.
files::Path absolute_folder(const Context& context, const files::Path& folder);

} // namespace dockpki::app
