#include <dockpki/app/look.hpp>
#include <dockpki/base/error.hpp>

namespace dockpki::app {

LogReport read_log(const Context& context) {
  context.home.check();
  store::ReadSession session(context.home);
  const store::LogHead remembered = session.inventory().head();
  LogReport report;
  bool seen = remembered.sequence == 0;
  session.log().read({}, [&](const store::Event& event, const store::LogHead& head) {
    seen = seen || head == remembered;
    report.entries.push_back(event);
    report.seals.push_back(head.seal);
  });
  if (!seen)
    throw Error(Errc::damaged,
                "failed to verify the log '" + context.home.log().string() + "': entry " + std::to_string(remembered.sequence) +
                    ", which the inventory remembers, is missing or another",
                "entries were removed or changed: compare with a copy of the log from elsewhere, then run 'dockpki repair'");
  return report;
}

} // namespace dockpki::app
