// What docker.service says, as systemd reads it, and what is left of it.
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/message.hpp"

#include <tuple>

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
  CHECK(lines[2].value == "x    y");
  CHECK(lines[3].value == "1");
}

TEST_CASE("unit_lines: marks, and a '\\' that joins nothing", "[docker]") {
  const auto lines = unit_lines("\xef\xbb\xbf[Service]\r\nA=b\\\\\nC=d\\ \nE=f\rG=h\\");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].section == "Service");
  CHECK(lines[0].value == "b\\\\");
  CHECK((lines[1].value == "d\\" && lines[2].value == "f" && lines[3].value == "h"));
}

TEST_CASE("unit_words: quotes and escapes", "[docker]") {
  CHECK(texts("a  'b c' \"d\\\"e\" f\\sg") == Words{"a", "b c", "d\"e", "f g"});
  CHECK(texts("x=\"a b\"'c'") == Words{"x=a bc"});
  CHECK(texts("\"\" a").front().empty());
  CHECK(texts(" \t").empty());
  CHECK(unit_words("a 'b c'")[1].raw == "'b c'");
}

TEST_CASE("unit_words: the escapes of C, and those that are none", "[docker]") {
  CHECK(texts(R"(a\x20b \101\u00e4 '\n' \U0001F600)") == Words{"a b", "A\u00e4", "\n", "\U0001F600"});
  CHECK(texts(R"(\q \x0g \xg \000 \ud800 \400 \)") ==
        Words{R"(\q)", R"(\x0g)", R"(\xg)", R"(\000)", R"(\ud800)", R"(\400)", R"(\)"});
  CHECK((unit_words(R"(a \q)")[1].is_odd && !unit_words(R"(\t)")[0].is_odd));
  CHECK((unit_words("a 'b c")[1].is_open && !unit_words("a 'b c'")[1].is_open));
  CHECK(unit_words(R"(\n\"a)", Escapes::plain).front().text == "n\"a");
}

TEST_CASE("with_specifiers: those that are known", "[docker]") {
  CHECK(with_specifiers("%h/%%h%x%", {{'h', "/root"}}) == "/root/%h%x%");
  CHECK((has_specifier("a%H") && !has_specifier("50% of %eth0")));
}

TEST_CASE("environment_lines: as a file of the environment has them", "[docker]") {
  const auto lines = environment_lines("# no\nA=b\nC=\"d e\"\nF='g\"'\nnothing\n H = i j \n");
  REQUIRE(lines.size() == 4);
  CHECK(lines[1] == std::pair<std::string, std::string>("C", "d e"));
  CHECK(lines[2].second == "g\"");
  CHECK(lines[3] == std::pair<std::string, std::string>("H", "i j"));
}

// As systemd 252 reads it; tests/systemd/units.py asks it.
TEST_CASE("environment_lines: quotes, escapes and lines that go on", "[docker]") {
  const auto lines =
      environment_lines("X=-a 'b c' \"d\nY=\"x 'y z'\" 'w'v\n  Z = i  j  \nN=\"a\\nb\\\"\\$\\`\\\\\nc\\\nd\"\nexport Q=1\n1Q=2\n"
                        "W=a\\ \\\n  b\\ \n;P=1\nV='l1\nl2' \r\nU=a\"b\"c #d\nE=\nO='open");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"X", "-a 'b c' \"d"}, {"Y", "x 'y z'wv"}, {"Z", "i  j"}, {"N", "a\\nb\"$`\\\ncd"}, {"W", "a   b "}, {"V", "l1\nl2"},
      {"U", "a\"b\"c #d"},   {"E", ""},          {"O", "open"}};
  CHECK(lines == expected);
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

TEST_CASE("read_service: every folder of drop-ins, and those of the name behind an alias", "[docker]") {
  const auto variable = [](const std::string& name) { return "[Service]\nEnvironment=" + name + "=1\n"; };
  Machine machine(start(""));
  std::filesystem::rename(machine.root / "lib/systemd/system/docker.service", machine.root / "lib/systemd/system/a-b.service");
  std::filesystem::create_directories(machine.root / "etc/systemd/system");
  std::filesystem::create_symlink("/lib/systemd/system/a-b.service", machine.root / "etc/systemd/system/docker.service");
  machine.write("run/systemd/system/docker.service.d/1.conf", variable("ALIAS"))
      .write("usr/lib/systemd/system/a-b.service.d/2.conf", variable("OWN"))
      .write("etc/systemd/system/a-.service.d/2.conf", variable("PREFIX"))
      .write("etc/systemd/system/service.d/2.conf", variable("LOST"))
      .write("lib/systemd/system/service.d/3.conf", variable("TYPE"))
      .write("etc/systemd/system.control/a-b.service.d/4.conf", variable("CONTROL"))
      .write("usr/local/lib/systemd/system/a-b.service.d/5.conf", "")
      .write("lib/systemd/system/a-b.service.d/5.conf", variable("HIDDEN"));
  std::string names;
  for (const auto& [name, value] : machine.service().environment)
    names += name + ' ';
  CHECK(names == "ALIAS CONTROL PREFIX TYPE ");
  CHECK(machine.service().specifiers.at('n') == "a-b.service");
}

TEST_CASE("read_service: a unit that is empty, or a link out of an image", "[docker]") {
  CHECK_THROWS(std::ignore = Machine("").service());
  Machine machine("");
  std::filesystem::remove(machine.root / "lib/systemd/system/docker.service");
  std::filesystem::create_symlink("/etc/hostname", machine.root / "lib/systemd/system/docker.service");
  machine.write("etc/hostname", start("-D"));
  CHECK(machine.command().words == Words{"-D"});
}

TEST_CASE("read_service: files of the environment by specifier and pattern", "[docker]") {
  Machine machine("[Service]\nEnvironment=A=%t/%n B=%% C=%H 1X=2\nEnvironment=D=1 E=\\q F=1\nEnvironmentFile=%E/%p/*.env\n"
                  "EnvironmentFile=-/none*\nEnvironmentFile=-/none/*\nEnvironmentFile=relative\nExecStart=/usr/bin/dockerd\n");
  machine.write("etc/docker/b.env", "X=b\n").write("etc/docker/a.env", "X=a\nY=%t\n").write("etc/docker/.c.env", "X=c\n");
  CHECK(machine.service().environment ==
        std::map<std::string, std::string>{
            {"A", "/run/docker.service"}, {"B", "%"}, {"C", "%H"}, {"D", "1"}, {"X", "b"}, {"Y", "%t"}});
  CHECK_THROWS(Machine("[Service]\nEnvironmentFile=/none*\n").service());
}

TEST_CASE("user_units: %h, %t and what services have of the user's systemd", "[docker]") {
  const TemporaryFolder root;
  std::filesystem::create_directories(root / "home/a/.config/systemd/user");
  put(root / "home/a/.config/systemd/user/docker.service",
      "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh -H unix://%t/a.sock -H unix://${XDG_RUNTIME_DIR}/b.sock "
      "--data-root=%h/d\n");
  const auto command = without_options(read_service(user_units(root.path(), "/home/a", 1234), "docker.service", "").value(), {});
  CHECK(command.hosts == Words{"unix:///run/user/1234/a.sock", "unix:///run/user/1234/b.sock"});
  CHECK(command.words == Words{"--data-root=/home/a/d"});
  CHECK(command.exec_start == "/usr/bin/dockerd-rootless.sh --data-root=%h/d");
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
  Machine machine("[Service]\nEnvironment=OPTS=-l\\x20no\nEnvironmentFile=-/missing\nEnvironmentFile=/etc/o\nExecStart=-/usr/bin/"
                  "dockerd $KEEP "
                  "$OPTS --log=${KEEP} \"--label=a b\"\n");
  machine.write("etc/o", "KEEP=-D\nOPTS=\"-H tcp://1.2.3.4:2376 --label '50% $x'\"\n");
  const DaemonCommand command = machine.command();
  CHECK(command.program == "/usr/bin/dockerd");
  CHECK(command.hosts == Words{"tcp://1.2.3.4:2376"});
  CHECK(command.exec_start == "-/usr/bin/dockerd $KEEP --label \"50%% $$x\" --log=${KEEP} \"--label=a b\"");
  CHECK(command.words == Words{"-D", "--label", "50% $x", "--log=-D", "--label=a b"});
}

TEST_CASE("without_options: prefixes of the program", "[docker]") {
  const DaemonCommand named = Machine("[Service]\nExecStart=-@/usr/%p/dockerd -Hnone -H fd:// -D\n").command();
  CHECK(named.program == "/usr/docker/dockerd");
  CHECK(named.exec_start == "-@/usr/%p/dockerd -Hnone -D");
  CHECK(named.words == Words{"-D"});
  const DaemonCommand literal =
      Machine("[Service]\nEnvironment=A=-Hx\nExecStart=:!!/usr/bin/dockerd $A $$ -H ${A} '${A}'\n").command();
  CHECK(literal.words == Words{"$A", "$$", "${A}"});
  CHECK(literal.hosts == Words{"${A}"});
}

TEST_CASE("without_options: what systemd makes of '$', '%' and ';'", "[docker]") {
  const DaemonCommand command =
      Machine("[Service]\nExecStart=/usr/bin/dockerd $1x $ x$A ${N $$A %%t/%t \\; ';' -H unix://%t/%%z\n").command();
  CHECK(command.words == Words{"x$A", "${N", "$A", "%t//run", ";", ";"});
  CHECK(command.hosts == Words{"unix:///run/%z"});
  CHECK(command.exec_start == R"(/usr/bin/dockerd $1x $ x$A ${N $$A %%t/%t \; ';')");
}

TEST_CASE("without_options: a specifier that the machine alone knows", "[docker]") {
  CHECK(Machine(start("--label %H -H fd://")).command().words == Words{"--label", "%H"});
  CHECK_THROWS(Machine(start("-H tcp://%H:2376")).command());
  CHECK_THROWS(Machine("[Service]\nEnvironment=A='-H fd:// --label %H'\nExecStart=/usr/bin/dockerd $A\n").command());
}

TEST_CASE("without_options: what it cannot understand is refused", "[docker]") {
  CHECK_THROWS(Machine("[Service]\nExecStart=/bin/sh -c dockerd\n").command());
  CHECK_THROWS(Machine("[Service]\nExecStart=/usr/bin/dockerd\nExecStart=/usr/bin/dockerd\n").command());
  CHECK_THROWS(Machine("[Service]\n").command());
  CHECK_THROWS(Machine(start("-D ; /bin/true")).command());
  CHECK_THROWS(Machine(start("-D 'open")).command());
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
  CHECK(unit_word("a b%c$d\"e\\f\ng\r") == "\"a b%%c$$d\\\"e\\\\f\\ng\\r\"");
  CHECK(unit_assignment("A=b %$") == "\"A=b %%$\"");
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
