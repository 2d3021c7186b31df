#include "diagnostics.hpp"

#include <memory>
#include <vector>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <sys/stat.h>

#include <dockpki/base/error.hpp>

namespace dockpki::cmd {
namespace {

std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> instance;
  return instance;
}

spdlog::sink_ptr file_sink(const DiagnosticsOptions& options) {
  const mode_t before = ::umask(S_IRWXG | S_IRWXO); // who did what is nobody else's business
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(*options.file);
    ::umask(before);
    sink->set_level(spdlog::level::from_str(options.level));
    return sink;
  } catch (const spdlog::spdlog_ex& error) {
    ::umask(before);
    throw Error(Errc::io, "failed to open log file '" + *options.file + "': " + error.what());
  }
}

} // namespace

void start_diagnostics(const DiagnosticsOptions& options) {
  std::vector<spdlog::sink_ptr> sinks;
  if (options.verbose)
    sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_st>());
  if (options.file)
    sinks.push_back(file_sink(options));
  if (sinks.empty())
    return;
  logger() = std::make_shared<spdlog::logger>("dockpki", sinks.begin(), sinks.end());
  logger()->set_level(spdlog::level::debug);
  logger()->flush_on(spdlog::level::debug);
  logger()->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %n[%P] %l: %v", spdlog::pattern_time_type::utc);
}

void log_info(const std::string& text) {
  if (logger())
    logger()->info("{}", text);
}

void log_error(const std::string& text) {
  if (logger())
    logger()->error("{}", text);
}

} // namespace dockpki::cmd
