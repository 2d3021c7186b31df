#include "store/log_line.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/x509/digest.hpp>

#include "x509/base64.hpp"
#include "x509/utf8.hpp"

namespace dockpki::store {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view seal_mark = ",\"seal\":\"";
constexpr std::size_t seal_size = 64;
constexpr std::string_view sequence_mark = "{\"seq\":";
// Text that is not UTF-8 (a folder's name may be anything) has its octets in a member of this ending.
constexpr const char* octets_ending = "_base64";

std::string digest_text(std::string_view text) {
  return to_hex(x509::sha256(bytes_of(text)));
}

std::string to_base64(Bytes octets) {
  std::string text(x509::base64_size(octets.size()), '\0');
  x509::encode_base64(octets, text.data());
  return text;
}

std::vector<std::uint8_t> from_base64(const std::string& text) {
  std::vector<std::uint8_t> octets(text.size() / 4 * 3 + 3);
  x509::Base64Decoder decoder(octets);
  for (const char c : text)
    if (!decoder.take(c))
      throw LineFault(LineFault::Why::damaged, "its base64 is malformed");
  if (!decoder.is_complete())
    throw LineFault(LineFault::Why::damaged, "its base64 is malformed");
  octets.resize(decoder.size());
  return octets;
}

void put(Json& json, const std::string& name, const std::string& text) {
  if (x509::is_utf8(text))
    json[name] = text;
  else
    json[name + octets_ending] = to_base64(bytes_of(text));
}

/// Only what was imported says so.
void put_origin(Json& json, Origin origin) {
  if (origin == Origin::imported)
    json["imported"] = true;
}

struct BodyWriter {
  Json& json;
  void operator()(const AuthorityCreated& body) const {
    put(json, "authority", body.name);
    json["role"] = pki::to_string(body.role);
    json["generation"] = body.generation;
    json["serial"] = body.serial;
    json["certificate"] = to_base64(body.certificate);
    put_origin(json, body.origin);
  }
  void operator()(const AuthorityRenewed& body) const {
    put(json, "authority", body.name);
    json["serial"] = body.serial;
    json["certificate"] = to_base64(body.certificate);
  }
  void operator()(const AuthorityActivated& body) const { put(json, "authority", body.name); }
  void operator()(const AuthorityRetired& body) const { put(json, "authority", body.name); }
  void operator()(const CertificateIssued& body) const {
    put(json, "authority", body.authority);
    json["kind"] = pki::to_string(body.kind);
    put(json, "name", body.name);
    json["serial"] = body.serial;
    put(json, "folder", body.folder);
    json["layout"] = to_string(body.layout);
    put(json, "owner", body.owner);
    json["certificate"] = to_base64(body.certificate);
    put_origin(json, body.origin);
  }
  void operator()(const CertificateAbandoned& body) const {
    put(json, "authority", body.authority);
    json["kind"] = pki::to_string(body.kind);
    put(json, "name", body.name);
    json["serial"] = body.serial;
    put(json, "reason", body.reason);
  }
  void operator()(const SetPutBack& body) const {
    put(json, "authority", body.authority);
    json["kind"] = pki::to_string(body.kind);
    put(json, "name", body.name);
    json["serial"] = body.serial;
    put(json, "reason", body.reason);
  }
  void operator()(const PlacementForgotten& body) const {
    put(json, "folder", body.folder);
    json["layout"] = to_string(body.layout);
  }
  void operator()(const CertificateRevoked& body) const {
    put(json, "authority", body.authority);
    json["kind"] = pki::to_string(body.kind);
    put(json, "name", body.name);
    json["serial"] = body.serial;
    json["reason"] = x509::to_string(body.reason);
  }
  void operator()(const CrlMade& body) const {
    put(json, "authority", body.authority);
    json["number"] = body.number;
    json["this_update"] = format_rfc3339(body.this_update);
    json["next_update"] = format_rfc3339(body.next_update);
    json["sha256"] = body.sha256;
  }
  void operator()(const PassphraseChanged& body) const {
    put(json, "authority", body.authority);
    json["encrypted"] = body.encrypted;
  }
  void operator()(const BackupMade& body) const {
    put(json, "home", body.home);
    put(json, "file", body.file);
  }
  void operator()(const HomeRestored& body) const {
    put(json, "file", body.file);
    json["taken"] = format_rfc3339(body.taken);
    put(json, "former", body.former);
    put(json, "home", body.home);
  }
  void operator()(const Repaired& body) const {
    json["certificates"] = body.certificates;
    put(json, "reason", body.reason);
  }
};

/// Reads members, and says which one is missing or of the wrong type.
class Members {
public:
  explicit Members(const Json& json) : json_(json) {}

  [[nodiscard]] std::string text(const std::string& name) const {
    const auto octets = json_.find(name + octets_ending);
    if (octets != json_.end() && octets->is_string()) {
      const std::vector<std::uint8_t> value = from_base64(octets->get<std::string>());
      return {value.begin(), value.end()};
    }
    const Json& member = at(name);
    if (!member.is_string())
      refuse(name);
    return member.get<std::string>();
  }
  [[nodiscard]] Der der(const std::string& name) const { return from_base64(text(name)); }
  [[nodiscard]] std::uint64_t number(const std::string& name) const {
    const Json& member = at(name);
    if (!member.is_number_unsigned())
      refuse(name);
    return member.get<std::uint64_t>();
  }
  [[nodiscard]] bool flag(const std::string& name) const {
    const Json& member = at(name);
    if (!member.is_boolean())
      refuse(name);
    return member.get<bool>();
  }
  [[nodiscard]] TimePoint time(const std::string& name) const {
    try {
      return parse_rfc3339(text(name));
    } catch (const Error&) {
      refuse(name);
    }
  }
  [[nodiscard]] Origin origin() const { return json_.contains("imported") && flag("imported") ? Origin::imported : Origin::made; }
  /// A word that `parse` knows.
  template <class Parse>
  [[nodiscard]] auto word(const std::string& name, Parse parse) const {
    const auto value = parse(text(name));
    if (!value)
      refuse(name);
    return *value;
  }

private:
  [[nodiscard]] const Json& at(const std::string& name) const {
    const auto member = json_.find(name);
    if (member == json_.end())
      refuse(name);
    return *member;
  }
  [[noreturn]] static void refuse(const std::string& name) {
    throw LineFault(LineFault::Why::damaged, "its member '" + name + "' is missing or malformed");
  }
  const Json& json_;
};

EventBody read_body(const std::string& event, const Members& in) {
  const auto kind = [&] { return in.word("kind", pki::parse_kind); };
  if (event == "authority-created")
    return AuthorityCreated{in.text("authority"),
                            in.word("role", pki::parse_role),
                            static_cast<int>(in.number("generation")),
                            in.text("serial"),
                            in.der("certificate"),
                            in.origin()};
  if (event == "authority-renewed")
    return AuthorityRenewed{in.text("authority"), in.text("serial"), in.der("certificate")};
  if (event == "authority-activated")
    return AuthorityActivated{in.text("authority")};
  if (event == "authority-retired")
    return AuthorityRetired{in.text("authority")};
  if (event == "certificate-issued")
    return CertificateIssued{in.text("authority"),
                             kind(),
                             in.text("name"),
                             in.text("serial"),
                             in.der("certificate"),
                             in.text("folder"),
                             in.word("layout", parse_layout),
                             in.text("owner"),
                             in.origin()};
  if (event == "certificate-abandoned")
    return CertificateAbandoned{in.text("authority"), in.text("serial"), in.text("reason"), kind(), in.text("name")};
  if (event == "set-put-back")
    return SetPutBack{in.text("authority"), in.text("serial"), in.text("reason"), kind(), in.text("name")};
  if (event == "placement-forgotten")
    return PlacementForgotten{in.text("folder"), in.word("layout", parse_layout)};
  if (event == "certificate-revoked")
    return CertificateRevoked{in.text("authority"), in.text("serial"), in.word("reason", x509::parse_crl_reason), kind(),
                              in.text("name")};
  if (event == "crl-made")
    return CrlMade{in.text("authority"), in.number("number"), in.time("this_update"), in.time("next_update"), in.text("sha256")};
  if (event == "passphrase-changed")
    return PassphraseChanged{in.text("authority"), in.flag("encrypted")};
  if (event == "backup-made")
    return BackupMade{in.text("home"), in.text("file")};
  if (event == "home-restored")
    return HomeRestored{in.text("file"), in.time("taken"), in.text("former"), in.text("home")};
  if (event == "repaired")
    return Repaired{in.number("certificates"), in.text("reason")};
  throw LineFault(LineFault::Why::newer, "event '" + event + "' is not known");
}

} // namespace

std::string write_line(const Event& event, const std::string& previous, LogHead& head) {
  Json json;
  json["seq"] = event.sequence;
  json["time"] = format_rfc3339(event.at);
  json["event"] = event_name(event.body);
  put(json, "actor", event.actor);
  std::visit(BodyWriter{json}, event.body);
  json["prev"] = previous;
  std::string line = json.dump();
  head = {event.sequence, digest_text(line)};
  line.pop_back();
  line += seal_mark;
  line += head.seal;
  line += "\"}\n";
  return line;
}

LogLine read_line(std::string_view line) {
  const std::size_t tail = seal_mark.size() + seal_size + 2;
  if (line.size() <= tail || line.substr(line.size() - tail, seal_mark.size()) != seal_mark || !line.ends_with("\"}"))
    throw LineFault(LineFault::Why::damaged, "it has no seal");
  const std::string seal(line.substr(line.size() - seal_size - 2, seal_size));
  if (digest_text(std::string(line.substr(0, line.size() - tail)) + '}') != seal)
    throw LineFault(LineFault::Why::damaged, "it does not fit its seal");
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object())
    throw LineFault(LineFault::Why::damaged, "it is not a JSON object");
  const Members members(json);
  LogLine read;
  read.head = {members.number("seq"), seal};
  read.previous = members.text("prev");
  read.event.sequence = read.head.sequence;
  read.event.actor = members.text("actor");
  read.event.at = members.time("time");
  read.event.body = read_body(members.text("event"), members);
  return read;
}

std::uint64_t sequence_of(std::string_view line) noexcept {
  if (!line.starts_with(sequence_mark))
    return 0;
  line.remove_prefix(sequence_mark.size());
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), sequence);
  return error == std::errc{} && end != line.data() + line.size() && *end == ',' ? sequence : 0;
}

} // namespace dockpki::store
