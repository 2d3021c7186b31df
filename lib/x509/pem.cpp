#include <dockpki/x509/pem.hpp>

#include <algorithm>
#include <array>

#include "x509/base64.hpp"
#include "x509/der.hpp"
#include "x509/pem_reader.hpp"

namespace dockpki::x509 {
namespace {

using der::Malformed;

constexpr std::string_view dashes = "-----";
constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::size_t line_length = 64;

[[noreturn]] void fail(std::size_t line, const std::string& cause, std::string hint = {}) {
  throw Malformed("line " + std::to_string(line) + ": " + cause, std::move(hint));
}

std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lines takes text apart; blanks at the ends of lines are not part of them.
class Lines {
public:
  explicit Lines(std::string_view text) : rest_(text) {}
  bool next(std::string_view& line) {
    if (rest_.empty())
      return false;
    ++number_;
    const auto end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    const auto last = line.find_last_not_of(" \t\r");
    line = line.substr(0, last == std::string_view::npos ? 0 : last + 1);
    return true;
  }
  [[nodiscard]] std::size_t number() const noexcept { return number_; }
  /// How many characters stand before the next line that begins with END, or the end of it all. An END within a line ends
  /// nothing.
  [[nodiscard]] std::size_t up_to_end_line() const noexcept {
    for (std::size_t at = rest_.find(end_mark); at != std::string_view::npos; at = rest_.find(end_mark, at + 1))
      if (at == 0 || rest_[at - 1] == '\n')
        return at;
    return rest_.size();
  }

private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

/// The label of a BEGIN or END line.
std::string_view label_of(std::string_view line, std::string_view mark, std::size_t number) {
  std::string_view label = line.substr(mark.size());
  const bool ends_well = label.ends_with(dashes);
  if (ends_well)
    label.remove_suffix(dashes.size());
  const bool is_label = std::all_of(label.begin(), label.end(), [](char c) { return c >= ' ' && c <= '~' && c != '-'; });
  if (!ends_well || label.empty() || !is_label)
    fail(number, "not a well-formed " + std::string(mark.substr(dashes.size(), mark.size() - dashes.size() - 1)) + " line");
  return label;
}

void refuse_what_is_not_text(Bytes text) {
  constexpr std::array<std::uint8_t, 3> utf8_mark = {0xef, 0xbb, 0xbf};
  if (text.size() > largest_input)
    throw Malformed("it is larger than 4 MiB");
  if (std::all_of(text.begin(), text.end(), [](std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }))
    throw Malformed("it is empty");
  if (text.size() >= 3 && std::equal(utf8_mark.begin(), utf8_mark.end(), text.begin()))
    throw Malformed("it begins with a byte order mark, which hides its first block from Docker", "save it as plain ASCII");
  if (text.size() >= 2 && ((text[0] == 0xff && text[1] == 0xfe) || (text[0] == 0xfe && text[1] == 0xff)))
    throw Malformed("it is UTF-16", "save it as plain ASCII");
  if (text[0] == 0x30 && text.size() >= 2 && (text[1] >= 0x80 || text[1] == text.size() - 2))
    throw Malformed("it looks like DER, not PEM", "convert it, for example: openssl x509 -inform DER -in FILE -out FILE.pem");
}

/// Reads the lines behind a BEGIN line up to its END line.
class BlockReader {
public:
  BlockReader(Lines& lines, std::string_view label)
      : lines_(lines), begin_(lines.number()), block_{std::string(label), Secret(lines.up_to_end_line() / 4 * 3 + 3)},
        decoder_(block_.der.writable()) {}

  PemBlock read() {
    std::string_view line;
    while (lines_.next(line)) {
      if (line.starts_with(end_mark)) {
        finish(label_of(line, end_mark, lines_.number()));
        return std::move(block_);
      }
      if (line.starts_with(begin_mark))
        fail(lines_.number(), "another BEGIN, and no END yet to line " + std::to_string(begin_));
      take(line);
    }
    fail(begin_, "BEGIN " + block_.label + " has no END: the file is cut off");
  }

private:
  void take(std::string_view line) {
    if (line.find(':') != std::string_view::npos && (in_headers_ || lines_.number() == begin_ + 1)) {
      in_headers_ = block_.has_headers = true;
      keep_header(line);
      return;
    }
    if (in_headers_ && !line.starts_with(' ') && !line.empty())
      fail(lines_.number(), "no empty line between the headers and the base64");
    if (in_headers_) {
      in_headers_ = !line.empty(); // else a header that goes on
      if (in_headers_)
        keep_header(line);
      return;
    }
    for (const char c : line)
      if (!decoder_.take(c))
        fail(lines_.number(), c == '=' ? "'=' where no padding belongs, or bits behind the end" : "not base64");
  }

  void keep_header(std::string_view line) { block_.headers.append(line).push_back('\n'); }

  void finish(std::string_view label) {
    if (label != block_.label)
      fail(lines_.number(), "END " + std::string(label) + " does not fit BEGIN " + block_.label);
    if (!decoder_.is_complete())
      fail(lines_.number(), "the base64 before it is cut off");
    if (decoder_.size() == 0)
      fail(lines_.number(), "the block is empty");
    block_.der.truncate(decoder_.size());
  }

  Lines& lines_;
  std::size_t begin_;
  PemBlock block_;
  Base64Decoder decoder_;
  bool in_headers_ = false;
};

char* write_lines(std::string_view label, Bytes der, char* out) {
  const auto put = [&](std::string_view text) { out = std::copy(text.begin(), text.end(), out); };
  put(begin_mark);
  put(label);
  put("-----\n");
  constexpr std::size_t octets_a_line = line_length / 4 * 3;
  for (; !der.empty(); der = der.subspan(std::min(der.size(), octets_a_line))) {
    out = encode_base64(der.first(std::min(der.size(), octets_a_line)), out);
    *out++ = '\n';
  }
  put(end_mark);
  put(label);
  put("-----\n");
  return out;
}

std::size_t pem_size(std::string_view label, Bytes der) {
  const std::size_t characters = base64_size(der.size());
  return begin_mark.size() + end_mark.size() + 2 * (label.size() + dashes.size() + 1) + characters +
         (characters + line_length - 1) / line_length;
}

} // namespace

std::vector<PemBlock> read_blocks(Bytes text, Explanatory explanatory) {
  refuse_what_is_not_text(text);
  std::vector<PemBlock> blocks;
  Lines lines(as_text(text));
  std::string_view line;
  while (lines.next(line)) {
    if (line.starts_with(begin_mark))
      blocks.push_back(BlockReader(lines, label_of(line, begin_mark, lines.number())).read());
    else if (line.starts_with(end_mark))
      fail(lines.number(), "an END without a BEGIN");
    else if (!line.empty() && explanatory == Explanatory::refused)
      fail(lines.number(), "text outside of a PEM block", "leave only the lines from -----BEGIN to -----END");
  }
  if (blocks.empty())
    throw Malformed("it has no PEM block in it");
  return blocks;
}

std::vector<PemBlock> read_pem(Bytes text, std::string_view name, Explanatory explanatory) {
  return der::reading("PEM", name, [&] { return read_blocks(text, explanatory); });
}

std::string describe_label(std::string_view label) {
  struct Described {
    std::string_view label;
    std::string_view text;
  };
  constexpr Described known[] = {{"CERTIFICATE", "a certificate"},
                                 {"TRUSTED CERTIFICATE", "a certificate in OpenSSL's own form (TRUSTED CERTIFICATE)"},
                                 {"X509 CERTIFICATE", "a certificate under an old label (X509 CERTIFICATE)"},
                                 {"CERTIFICATE REQUEST", "a certificate request"},
                                 {"NEW CERTIFICATE REQUEST", "a certificate request"},
                                 {"X509 CRL", "a certificate revocation list"},
                                 {"PUBLIC KEY", "a public key"},
                                 {"RSA PUBLIC KEY", "a public key"},
                                 {"PRIVATE KEY", "a private key"},
                                 {"ENCRYPTED PRIVATE KEY", "an encrypted private key"},
                                 {"EC PRIVATE KEY", "a private key"},
                                 {"RSA PRIVATE KEY", "a private key"},
                                 {"DSA PRIVATE KEY", "a DSA key"},
                                 {"OPENSSH PRIVATE KEY", "a key in OpenSSH's form"},
                                 {"PKCS7", "a PKCS #7 bundle"},
                                 {"EC PARAMETERS", "a set of EC parameters"},
                                 {"DH PARAMETERS", "a set of DH parameters"}};
  for (const Described& entry : known)
    if (entry.label == label)
      return std::string(entry.text);
  return "a block '" + std::string(label) + "'";
}

PemBlock read_single_block(Bytes text, std::initializer_list<std::string_view> labels, std::string_view wanted) {
  std::vector<PemBlock> blocks = read_blocks(text);
  if (blocks.size() == 2 && blocks[0].label == "EC PARAMETERS" && blocks[1].label == "EC PRIVATE KEY")
    blocks.erase(blocks.begin());
  if (blocks.size() > 1) {
    std::string found;
    for (std::size_t i = 0; i < blocks.size() && i < 4; ++i)
      found += (i == 0 ? "" : ", ") + blocks[i].label;
    throw Malformed("more than one block stands in it (" + found + (blocks.size() > 4 ? ", ..." : "") + "), and it must be " +
                    std::string(wanted) + " alone");
  }
  PemBlock& block = blocks.front();
  if (std::find(labels.begin(), labels.end(), block.label) == labels.end()) {
    const bool is_openssh = block.label == "OPENSSH PRIVATE KEY";
    throw Malformed("it is " + describe_label(block.label) + ", not " + std::string(wanted),
                    is_openssh ? "convert it in place: ssh-keygen -p -m PKCS8 -f FILE" : "");
  }
  return std::move(block);
}

std::string write_pem(std::string_view label, Bytes der) {
  std::string text(pem_size(label, der), '\0');
  write_lines(label, der, text.data());
  return text;
}

Secret write_secret_pem(std::string_view label, Bytes der) {
  Secret text(pem_size(label, der));
  write_lines(label, der, reinterpret_cast<char*>(text.writable().data()));
  return text;
}

} // namespace dockpki::x509
