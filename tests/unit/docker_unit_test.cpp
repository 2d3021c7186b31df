// What docker.service says, as systemd reads it, and what is left of it.
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <dockpki/docker/containers.hpp>
#include <dockpki/docker/service_unit.hpp>

#include "docker/unit_syntax.hpp"

using namespace dockpki;
using namespace dockpki::docker;
using test::message_of;
using test::put;
using test::TemporaryFolder;

namespace {

/// A machine whose docker.service is `unit`; further files by their paths.
struct Machine {
  explicit Machine(const std::string& unit) { write("lib/systemd/system/docker.service", unit); }
  Machine& write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root / path).parent_path());
    put(root / path, text);
    return *this;
  }
  Machine& mask(const std::string& path) {
    std::filesystem::create_directories((root / path).parent_path());
    std::filesystem::create_symlink("/dev/null", root / path);
    return *this;
  }
  [[nodiscard]] ServiceUnit service() const {
    return read_service(system_units(root.path()), "docker.service", "zz-ours.conf").value();
  }
  [[nodiscard]] DaemonCommand command() const {
    return without_options(service(), {"hosts", "tls", "tlsverify", "tlscacert", "tlscert", "tlskey"});
  }
  TemporaryFolder root;
};

std::string start(const std::string& command) {
  return "[Service]\nExecStart=/usr/bin/dockerd " + command + "\n";
}

std::vector<std::string> texts(std::string_view value) {
  std::vector<std::string> all;
  for (const UnitWord& word : unit_words(value))
    all.push_back(word.text);
  return all;
}

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("unit_lines: sections, comments and lines that go on", "[docker]") {
  const auto lines = unit_lines("Lost=1\n[Unit]\n a = b \r\n;c=d\n[Service]\nE=x \\\n# not of it\n  y\\\n\nF=\\\n1\nnothing\n");
  REQUIRE(lines.size() == 4);
  CHECK((lines[0].section.empty() && lines[0].key == "Lost"));
  CHECK((lines[1].section == "Unit" && lines[1].key == "a" && lines[1].value == "b"));
  CHECK(lines[2].value == "x  y");
  CHECK(lines[3].value == "1");
}

TEST_CASE("unit_words: quotes and escapes", "[docker]") {
  CHECK(texts("a  'b c' \"d\\\"e\" f\\sg") == Words{"a", "b c", "d\"e", "f g"});
  CHECK(texts("x=\"a b\"'c'") == Words{"x=a bc"});
  CHECK(texts("\"\" a").front().empty());
  CHECK(texts(" \t").empty());
  CHECK(unit_words("a 'b c'")[1].raw == "'b c'");
}

TEST_CASE("environment_lines: as a file of the environment has them", "[docker]") {
  const auto lines = environment_lines("# no\nA=b\nC=\"d e\"\nF='g\"'\nnothing\n H = i j \n");
  REQUIRE(lines.size() == 4);
  CHECK(lines[1] == std::pair<std::string, std::string>("C", "d e"));
  CHECK(lines[2].second == "g\"");
  CHECK(lines[3] == std::pair<std::string, std::string>("H", "i j"));
}

TEST_CASE("read_service: the folders' order, drop-ins by name, masks", "[docker]") {
  Machine machine(start("--hidden"));
  machine.write("etc/systemd/system/docker.service", start("-H fd://"))
      .write("usr/lib/systemd/system/docker.service.d/50-b.conf", "[Service]\nEnvironment=A=1 \"B=2 3\"\n")
      .write("run/systemd/system/docker.service.d/60-c.conf", "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -D\n")
      .write("usr/lib/systemd/system/docker.service.d/70-d.conf", "[Service]\nExecStart=/hidden\n")
      .mask("etc/systemd/system/docker.service.d/70-d.conf")
      .write("etc/systemd/system/docker.service.d/zz-ours.conf", "[Service]\nExecStart=/ours\n")
      .write("etc/systemd/system/docker.service.d/readme.txt", "[Service]\nExecStart=/no\n");
  const ServiceUnit unit = machine.service();
  CHECK(unit.file == machine.root / "etc/systemd/system/docker.service");
  CHECK(unit.exec_start == Words{"/usr/bin/dockerd -D"});
  CHECK(unit.environment == std::map<std::string, std::string>{{"A", "1"}, {"B", "2 3"}});
  CHECK(unit.drop_ins.size() == 2);

  CHECK_FALSE(read_service(system_units(machine.root / "etc"), "docker.service", "").has_value());
  CHECK_THROWS(Machine("[Service]\n").mask("etc/systemd/system/docker.service").service());
}

TEST_CASE("without_options: every way to write an option", "[docker]") {
  const DaemonCommand command =
      Machine(start("-H fd:// -Ha -H=b --host c --host=d --tlsverify --tls=false --tlscert x --tlskey=y -D --dns 1.1.1.1"))
          .command();
  CHECK(command.hosts == Words{"fd://", "a", "b", "c", "d"});
  CHECK(command.words == Words{"-D", "--dns", "1.1.1.1"});
  CHECK(command.exec_start == "/usr/bin/dockerd -D --dns 1.1.1.1");
  CHECK(command.taken ==
        Words{"-H fd://", "-Ha", "-H=b", "--host c", "--host=d", "--tlsverify", "--tls=false", "--tlscert x", "--tlskey=y"});
}

TEST_CASE("without_options: what others are called stays", "[docker]") {
  const std::string words = "--hosts-file x --tlsverifyx --containerd=/run/c.sock --config-file /srv/d.json";
  const DaemonCommand command = Machine(start(words)).command();
  CHECK(command.taken.empty());
  CHECK(command.exec_start == "/usr/bin/dockerd " + words);
  CHECK(command.config_file == "/srv/d.json");
}

TEST_CASE("without_options: variables stay variables, unless something is taken out of them", "[docker]") {
  Machine machine("[Service]\nEnvironment=OPTS=-l\\x20no\nEnvironmentFile=-/missing\nEnvironmentFile=/etc/o\nExecStart=@/usr/bin/"
                  "dockerd $KEEP "
                  "$OPTS --log=${KEEP} \"--label=a b\"\n");
  machine.write("etc/o", "KEEP=-D\nOPTS=\"-H tcp://1.2.3.4:2376 --label '50% $x'\"\n");
  const DaemonCommand command = machine.command();
  CHECK(command.program == "/usr/bin/dockerd");
  CHECK(command.hosts == Words{"tcp://1.2.3.4:2376"});
  CHECK(command.exec_start == "@/usr/bin/dockerd $KEEP --label \"50%% $$x\" --log=${KEEP} \"--label=a b\"");
  CHECK(command.words == Words{"-D", "--label", "50% $x", "--log=-D", "--label=a b"});
}

TEST_CASE("without_options: what it cannot understand is refused", "[docker]") {
  CHECK_THROWS(Machine("[Service]\nExecStart=/bin/sh -c dockerd\n").command());
  CHECK_THROWS(Machine("[Service]\nExecStart=/usr/bin/dockerd\nExecStart=/usr/bin/dockerd\n").command());
  CHECK_THROWS(Machine("[Service]\n").command());
  CHECK_NOTHROW(Machine("[Service]\nExecStart=-/usr/bin/dockerd-rootless.sh\n").command());
}

// Found by fuzzing: the time grew with the square of the words.
TEST_CASE("without_options: as many words as fit into a file", "[docker]") {
  std::string words;
  for (int i = 0; i < 100'000; ++i)
    words += "-H a -D ";
  const DaemonCommand command = Machine(start(words)).command();
  CHECK(command.hosts.size() == 100'000);
  CHECK(command.words.size() == 100'000);
  CHECK(command.exec_start.size() == std::string("/usr/bin/dockerd").size() + 300'000);
}

TEST_CASE("unit_word: one word, whatever stands in it", "[docker]") {
  CHECK(unit_word("--a=b:2376") == "--a=b:2376");
  CHECK(unit_word("") == "\"\"");
  CHECK(unit_word("a b%c$d\"e\\f\ng") == "\"a b%%c$$d\\\"e\\\\f\\ng\"");
}

TEST_CASE("containers_run: by the process that each container has", "[docker]") {
  const TemporaryFolder processes;
  std::filesystem::create_directories(processes / "1");
  put(processes / "1/comm", "systemd\n");
  CHECK_FALSE(containers_run(processes.path()));
  std::filesystem::create_directories(processes / "2");
  put(processes / "2/comm", "containerd-shim\n");
  CHECK(containers_run(processes.path()));
}
