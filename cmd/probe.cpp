#include <algorithm>
#include <array>
#include <sstream>

#include <dockpki/app/probe.hpp>
#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "choice.hpp"
#include "command.hpp"
#include "console.hpp"
#include "input.hpp"

namespace dockpki::cmd {
namespace {

struct Arguments {
  std::vector<std::string> endpoints;
  std::optional<std::string> from;
  std::optional<std::string> client;
  std::string timeout = "5s";
  std::string fail_on = "high";
  std::string format = "text";
};

constexpr std::array formats = {std::string_view("text"), std::string_view("json"), std::string_view("prometheus")};
constexpr std::array severities = {std::string_view("low"), std::string_view("medium"), std::string_view("high"),
                                   std::string_view("critical")};

/// One endpoint a line; blank lines and what follows a # do not count.
void read_list(const std::string& file, std::vector<net::Endpoint>& endpoints) {
  const Secret contents = read_input(file, "endpoints");
  std::istringstream lines{std::string(contents.text())};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    if (!(words >> word))
      continue;
    try {
      endpoints.push_back(net::Endpoint::parse(word));
    } catch (const Error& error) {
      throw Error(error.code(), std::string(error.what()) + " (line " + std::to_string(number) + ")", error.hint());
    }
    if (words >> word)
      throw Error(Errc::usage, "failed to read the endpoints: more than one on line " + std::to_string(number),
                  "write one a line");
  }
}

app::ProbeOptions read(const Arguments& arguments) {
  app::ProbeOptions options{.endpoints = {}, .client_folder = {}, .patience = parse_duration(arguments.timeout)};
  for (const std::string& endpoint : arguments.endpoints)
    options.endpoints.push_back(net::Endpoint::parse(endpoint));
  if (arguments.from)
    read_list(*arguments.from, options.endpoints);
  if (options.endpoints.empty())
    throw Error(Errc::usage, "failed to probe: there is no endpoint", "as in dockpki probe tcp://127.0.0.1:2376");
  if (arguments.client)
    options.client_folder = *arguments.client;
  return options;
}

ExitCode exit_code(const app::ProbeReport& report, app::Severity fail_on) {
  const auto is_wrong = [&](const app::ProbeResult& result) {
    return std::ranges::any_of(result.findings, [&](const auto& finding) { return finding.severity >= fail_on; });
  };
  const auto has_failed = [](const app::ProbeResult& result) { return !result.failure.empty(); };
  if (std::ranges::any_of(report.results, is_wrong))
    return ExitCode::findings;
  return std::ranges::any_of(report.results, has_failed) ? ExitCode::failed : ExitCode::done;
}

void configure(CLI::App& command, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  command.add_option("ENDPOINT", arguments->endpoints, "tcp://HOST:PORT, any number of them");
  command.add_option("--from", arguments->from, "File with one endpoint a line; - is standard input")->type_name("FILE");
  command.add_option("--cert", arguments->client, "Folder with a client's set, to be let in: ca.pem, cert.pem, key.pem")
      ->type_name("DIR");
  command
      .add_option("--timeout", arguments->timeout, "The longest wait for each step: to connect, to shake hands, to answer [5s]")
      ->type_name("DURATION");
  command.add_option("--fail-on", arguments->fail_on, "Exit with 3 from this severity on: low, medium, high, critical [high]")
      ->type_name("SEVERITY");
  command.add_option("--format", arguments->format, "text, json (as --json) or prometheus")->type_name("FORMAT");
  invocation.on(command, [arguments](Invocation& run) {
    const std::string& format = arguments->format;
    if (std::ranges::find(formats, format) == formats.end())
      refuse_choice("format", format, formats);
    const auto fail_on = app::parse_severity(arguments->fail_on);
    if (!fail_on)
      refuse_choice("severity", arguments->fail_on, severities);
    const app::ProbeOptions options = read(*arguments);
    app::ProbeReport report;
    {
      Progress progress("probing");
      report = app::probe(store::Home(run.home()), options, run.now(),
                          [&](std::size_t done, std::size_t total) { progress.advance(done, total); });
    }
    for (app::ProbeResult& result : report.results)
      for (app::ProbeFinding& finding : result.findings)
        finding.remedy = run.repeat_home(finding.remedy);
    const auto text = [&] {
      if (format == "prometheus")
        return report::prometheus(report, run.now());
      const bool one = options.endpoints.size() == 1 && !arguments->from;
      return format == "json"
                 ? report::json(report)
                 : report::text(report, run.now(), colour_of_output(), one ? report::ProbeForm::card : report::ProbeForm::table);
    };
    run.report(text, [&] { return report::json(report); });
    return exit_code(report, *fail_on);
  });
}

} // namespace

const Command& probe_command() {
  static const Command command{
      .name = "probe",
      .group = "Docker",
      .summary = "find out what a live endpoint really does",
      .description =
          "Dials it as several clients: one without a certificate, one with the certificate of an authority made up for this, "
          "and "
          "with --cert one with that pair. Tells whether it speaks plain HTTP, TLS or mutual TLS; what it serves, for which "
          "names "
          "and until when; which versions and suites of TLS it takes; whose certificates it asks for; whom it lets in; and which "
          "Docker it is.\n\n"
          "A restart is pending if another certificate lies where its set lies. That is known of the servers in the PKI home, if "
          "there is one, and of server-cert.pem in the folder of --cert.\n\n"
          "It sends nothing but GET /_ping and GET /version. A handshake for each suite appears in the endpoint's log. "
          "An endpoint that does its worst takes fifteen times as long as --timeout, and then it is done.\n\n"
          "Exits with 3 if something is wrong of the severity of --fail-on or above, else with 1 if an endpoint could not be "
          "probed. Several endpoints, or --from, are probed at once, and get a line each.",
      .examples = {{"dockpki probe tcp://docker.example.com:2376 --cert ~/.docker", "the truth about one daemon"},
                   {"dockpki probe --from hosts.txt", "many of them, one a line"},
                   {"dockpki probe --from hosts.txt --format prometheus", "for those who are to be woken in time"}},
      .configure = &configure};
  return command;
}

} // namespace dockpki::cmd
