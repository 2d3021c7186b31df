// Why: values go into statements and come out of rows in one way, in the order of the columns.
#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/rows.hpp"

namespace dockpki::store {

inline std::int64_t seconds(TimePoint time) {
  return time.time_since_epoch().count();
}

inline TimePoint time_point(std::int64_t seconds_since_epoch) {
  return TimePoint(Seconds(seconds_since_epoch));
}

/// Takes the columns of a row in their order.
class Columns {
public:
  Columns(SQLite::Statement& query, const char* table) : query_(query), table_(table) {}
  std::int64_t number() { return query_.getColumn(next_++).getInt64(); }
  std::string text() { return query_.getColumn(next_++).getString(); }
  TimePoint time() { return time_point(number()); }
  std::optional<std::int64_t> optional_number() {
    if (query_.isColumnNull(next_)) {
      ++next_;
      return std::nullopt;
    }
    return number();
  }
  std::optional<std::string> optional_text() {
    if (query_.isColumnNull(next_)) {
      ++next_;
      return std::nullopt;
    }
    return text();
  }
  /// A column that must be empty.
  void null() {
    if (optional_text())
      refuse();
  }
  template <class Parse>
  auto word(Parse parse) {
    const auto value = parse(text());
    if (!value)
      refuse();
    return *value;
  }
  template <class Parse>
  auto optional_word(Parse parse) {
    using Word = decltype(parse(std::string()));
    if (query_.isColumnNull(next_)) {
      ++next_;
      return Word();
    }
    return Word(word(parse));
  }
  /// The last column is the sum over the others.
  void check(std::int64_t expected) {
    if (number() != expected)
      refuse();
  }

private:
  [[noreturn]] void refuse() const {
    throw Damage(std::string("row ") + query_.getColumn(0).getString() + " of table " + table_ + " does not fit its sum");
  }
  SQLite::Statement& query_;
  const char* table_;
  int next_ = 0;
};

template <class Value>
void bind_optional(SQLite::Statement& statement, int index, const std::optional<Value>& value) {
  if (value)
    statement.bind(index, *value);
  else
    statement.bind(index);
}

inline void bind_text(SQLite::Statement& statement, int index, std::string_view text) {
  statement.bind(index, std::string(text));
}

} // namespace dockpki::store
