#include <dockpki/app/look.hpp>
#include <dockpki/base/error.hpp>

#include "app/sealed_log.hpp"

namespace dockpki::app {

void read_sealed_log(const Context& context, store::ReadSession& session,
                     const std::function<void(const store::Event&, const store::LogHead&)>& visit) {
  const store::LogHead remembered = session.inventory().head();
  bool seen = remembered.sequence == 0;
  session.log().read({}, [&](const store::Event& event, const store::LogHead& head) {
    seen = seen || head == remembered;
    visit(event, head);
  });
  if (!seen)
    throw Error(Errc::damaged,
                "failed to verify the log '" + context.home.log().string() + "': entry " + std::to_string(remembered.sequence) +
                    ", which the inventory remembers, is missing or another",
                "entries were removed or changed: compare with a copy of the log from elsewhere, then run 'dockpki repair'");
}

LogReport read_log(const Context& context) {
  context.home.check();
  store::ReadSession session(context.home);
  LogReport report;
  read_sealed_log(context, session, [&](const store::Event& event, const store::LogHead& head) {
    report.entries.push_back(event);
    report.seals.push_back(head.seal);
  });
  return report;
}

} // namespace dockpki::app
