// Why: DER (X.690) is written and read here without OpenSSL: its decoders cost milliseconds at their first use in a process,
// and take much that is not DER.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/base/error.hpp>
#include <dockpki/base/secret.hpp>
#include <dockpki/base/time.hpp>

namespace dockpki::x509::der {

namespace tag {
inline constexpr std::uint8_t boolean = 0x01;
inline constexpr std::uint8_t integer = 0x02;
inline constexpr std::uint8_t bit_string = 0x03;
inline constexpr std::uint8_t octet_string = 0x04;
inline constexpr std::uint8_t null = 0x05;
inline constexpr std::uint8_t oid = 0x06;
inline constexpr std::uint8_t enumerated = 0x0a;
inline constexpr std::uint8_t utf8_string = 0x0c;
inline constexpr std::uint8_t numeric_string = 0x12;
inline constexpr std::uint8_t printable_string = 0x13;
inline constexpr std::uint8_t t61_string = 0x14;
inline constexpr std::uint8_t ia5_string = 0x16;
inline constexpr std::uint8_t utc_time = 0x17;
inline constexpr std::uint8_t generalized_time = 0x18;
inline constexpr std::uint8_t visible_string = 0x1a;
inline constexpr std::uint8_t universal_string = 0x1c;
inline constexpr std::uint8_t bmp_string = 0x1e;
inline constexpr std::uint8_t sequence = 0x30;
inline constexpr std::uint8_t set = 0x31;
/// [number] IMPLICIT of a primitive type.
constexpr std::uint8_t primitive(unsigned number) {
  return static_cast<std::uint8_t>(0x80U | number);
}
/// [number] EXPLICIT, or IMPLICIT of a constructed type.
constexpr std::uint8_t constructed(unsigned number) {
  return static_cast<std::uint8_t>(0xa0U | number);
}
} // namespace tag

/// Malformed says what is wrong with an encoding. It never leaves lib/x509: reading() turns it into an Error.
class Malformed : public std::runtime_error {
public:
  explicit Malformed(const std::string& cause, std::string hint = {}) : std::runtime_error(cause), hint_(std::move(hint)) {}
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

private:
  std::string hint_;
};

[[noreturn]] void rethrow_as_error(const Malformed& malformed, std::string_view thing, std::string_view name);

/// reading runs `read` and turns Malformed into Errc::invalid_input "failed to read <thing> '<name>': <cause>".
template <class Read>
auto reading(std::string_view thing, std::string_view name, Read read) {
  try {
    return read();
  } catch (const Malformed& malformed) {
    rethrow_as_error(malformed, thing, name);
  }
}

/// Element is one tag, length and contents.
struct Element {
  std::uint8_t tag = 0;
  Bytes contents;
  Bytes whole;
};

struct BitString {
  Bytes octets;
  unsigned unused_bits = 0;
};

/// Reader takes elements one after the other from borrowed octets, strictly: definite, shortest lengths, shortest INTEGERs,
/// BOOLEAN 00 or ff. It never descends by itself. `what` names the thing in Malformed.
class Reader {
public:
  explicit Reader(Bytes input) : rest_(input), start_(input.data()) {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool next_is(std::uint8_t tag) const noexcept { return !rest_.empty() && rest_.front() == tag; }
  Element any(std::string_view what);
  Element element(std::uint8_t tag, std::string_view what);
  Bytes contents(std::uint8_t tag, std::string_view what) { return element(tag, what).contents; }
  /// A reader of the contents of the next element; offsets in messages go on counting from the outermost start.
  Reader enter(std::uint8_t tag, std::string_view what);
  std::optional<Reader> enter_if(std::uint8_t tag, std::string_view what);
  /// A reader of `part`, which must lie inside what this one was made of.
  [[nodiscard]] Reader inside(Bytes part) const { return Reader(part, start_); }
  bool boolean(std::string_view what);
  /// The content octets; `tag` for ENUMERATED and implicit ones.
  Bytes integer(std::string_view what, std::uint8_t tag = tag::integer);
  /// The octets of a number that is not negative, without the leading zero octet.
  Bytes unsigned_integer(std::string_view what);
  /// A number that is not negative and fits.
  std::uint64_t small_number(std::string_view what, std::uint8_t tag = tag::integer);
  BitString bit_string(std::string_view what, std::uint8_t tag = tag::bit_string);
  /// A BIT STRING of whole octets.
  Bytes octets_of_bit_string(std::string_view what, std::uint8_t tag = tag::bit_string);
  /// Dotted.
  std::string oid(std::string_view what, std::uint8_t tag = tag::oid);
  void null(std::string_view what);
  /// UTCTime or GeneralizedTime in the one form that RFC 5280 4.1.2.5 allows.
  TimePoint time(std::string_view what, std::optional<std::uint8_t> implicit = std::nullopt);
  /// Nothing may follow; `what` is empty where the whole is at its end.
  void finish(std::string_view what) const;
  [[noreturn]] void fail(std::string_view what, std::string_view cause) const;

private:
  Reader(Bytes input, const std::uint8_t* start) : rest_(input), start_(start) {}
  std::size_t length(std::string_view what, std::size_t& at) const;
  Bytes rest_;
  const std::uint8_t* start_;
};

/// Wiping frees memory after having overwritten it: what Writer holds may be a key.
template <class T>
struct Wiping {
  using value_type = T;
  Wiping() = default;
  template <class U>
  explicit Wiping(const Wiping<U>&) noexcept {}
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe({memory, count});
    std::allocator<T>().deallocate(memory, count);
  }
  bool operator==(const Wiping&) const noexcept { return true; }
};

/// Writer writes DER forwards into one buffer.
class Writer {
public:
  /// An element of `tag` around what `body` writes.
  template <class Body>
  void nest(std::uint8_t tag, Body body) {
    const std::size_t at = open(tag);
    body();
    close(at);
  }
  template <class Body>
  void sequence(Body body) {
    nest(tag::sequence, body);
  }
  void element(std::uint8_t tag, Bytes contents);
  void element(std::uint8_t tag, std::string_view contents);
  /// Something that is DER already.
  void raw(Bytes der);
  void boolean(bool value);
  void number(std::uint64_t value);
  /// Big-endian, not negative; leading zero octets are dropped, and one added where the sign needs it.
  void unsigned_integer(Bytes octets);
  void octet_string(Bytes contents) { element(tag::octet_string, contents); }
  void bit_string(Bytes octets, std::uint8_t tag = tag::bit_string);
  void oid(std::string_view dotted);
  void null() { element(tag::null, Bytes{}); }
  /// UTCTime through 2049, GeneralizedTime from 2050 on. Throws Errc::usage outside 1950 to 9999.
  void time(TimePoint time);

  [[nodiscard]] Bytes bytes() const noexcept { return buffer_; }
  /// A copy of what was written, which must not be secret.
  [[nodiscard]] std::vector<std::uint8_t> vector() const { return {buffer_.begin(), buffer_.end()}; }
  [[nodiscard]] Secret secret() const { return Secret::copy_of(Bytes(buffer_)); }
  void reserve(std::size_t size) { buffer_.reserve(size); }

private:
  std::size_t open(std::uint8_t tag);
  void close(std::size_t at);
  std::vector<std::uint8_t, Wiping<std::uint8_t>> buffer_;
};

} // namespace dockpki::x509::der
