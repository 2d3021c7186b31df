// Tables and pages: status, log, verify.
#include <algorithm>

#include <dockpki/report/text.hpp>

#include "report/card.hpp"
#include "report/names.hpp"
#include "report/places.hpp"
#include "report/table.hpp"

namespace dockpki::report {
namespace {

std::string crl_text(const app::CrlState& state, TimePoint now) {
  if (!state.last)
    return state.authority + ": none yet, " + revoked_count(state.revoked);
  return state.authority + ": number " + std::to_string(state.last->number) + ", " + revoked_count(state.revoked) +
         ", next update " + format_day(state.last->next_update) + " (" + describe_when(state.last->next_update, now) + ")" +
         (state.is_due ? ", due" : "");
}

} // namespace

std::string text(const app::Status& status, TimePoint now) {
  Card card("PKI home " + status.home.string());
  for (const app::AuthorityCard& authority : status.authorities) {
    const x509::CertificateContents& contents = authority.certificate.contents();
    card.row("authority",
             authority_title(contents) + " (" + authority.name + "), until " +
                 day_and_distance(contents.validity.not_after, now) +
                 (authority.state == store::AuthorityState::active ? "" : ", " + std::string(to_string(authority.state))) +
                 (authority.encrypted ? "" : ", key NOT encrypted"));
    card.row("only for", join(contents.permitted_names));
  }
  card.row("servers", std::to_string(status.servers));
  card.row("clients", std::to_string(status.clients));
  for (const app::CrlState& state : status.crls)
    card.row("CRL", crl_text(state, now));
  std::string text = card.text();
  for (const std::string& problem : status.problems)
    text += "problem: " + problem + '\n';
  for (const app::ListedCertificate& listed : status.attention) {
    const std::string where = listed.placements.empty() ? std::string() : ", in " + join(places(listed));
    text += "attention: " + std::string(to_string(listed.record.kind)) + " '" + listed.record.name + "' expires " +
            describe_when(listed.record.not_after, now) + where + '\n';
  }
  if (status.problems.empty() && status.attention.empty() && status.next.empty())
    text += "All is well: nothing is due\n";
  return text + next_text(status.next);
}

std::string text(const app::LogReport& log) {
  Table table({"SEQ", "TIME", "WHO", "WHAT"});
  for (const store::Event& event : log.entries)
    table.add({std::to_string(event.sequence), format_rfc3339(event.at), event.actor, describe(event.body)});
  return log.entries.empty() ? "The log is empty\n" : table.text();
}

std::string text(const std::vector<app::Check>& checks) {
  std::string text;
  for (const app::Check& check : checks)
    text += (check.ok ? "ok    " : "FAIL  ") + check.text + '\n';
  const bool all = std::ranges::all_of(checks, &app::Check::ok);
  const bool dual = std::ranges::find(checks, "dual usage", &app::Check::name) != checks.end();
  if (all)
    text += std::string("The sets fit together: the daemon lets in its own client") +
            (dual ? ", whoever holds its own key, and nobody else\n" : " and nobody else\n");
  else
    text += "The sets do not fit together\n";
  return text;
}

} // namespace dockpki::report
