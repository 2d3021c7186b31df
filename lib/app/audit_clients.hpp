// Why: what lies on the client's side is of several kinds, each with its own mistakes.
#pragma once

#include "app/audited_machine.hpp"

namespace dockpki::app {

/// Who may read or replace the private keys that docker, and dockerd as a registry's client, read.
void audit_keys(const AuditedMachine& machine, AuditNotes& notes);
/// Private keys of authorities where Docker runs or reads.
void audit_authority_keys(const AuditedMachine& machine, AuditNotes& notes);
/// Where each context leads, whether docker gets there, and until when.
void audit_contexts(const AuditedMachine& machine, AuditNotes& notes);
/// Variables of the caller, and those that a login sets.
void audit_variables(const AuditedMachine& machine, AuditNotes& notes);
/// Certificates for registries (certs.d).
void audit_registries(const AuditedMachine& machine, AuditNotes& notes);

} // namespace dockpki::app
