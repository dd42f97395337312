#pragma once

// Cells of rows as members of documents.

#include <boost/json/value.hpp>
#include <string>

#include "base/clock.hpp"
#include "platform/database/database.hpp"

namespace reprise::account {

inline boost::json::value time_or_null(const database::Row& row, std::size_t column) {
  const auto utc_ns = row.maybe_integer(column);
  return utc_ns ? boost::json::value(rfc3339(*utc_ns)) : boost::json::value(nullptr);
}
inline boost::json::value text_or_null(const database::Row& row, std::size_t column) {
  const auto text = row.maybe_text(column);
  return text ? boost::json::value(*text) : boost::json::value(nullptr);
}
inline boost::json::value filled_or_null(const database::Row& row, std::size_t column) {
  const std::string& text = row.text(column);
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}
inline std::string time(const database::Row& row, std::size_t column) {
  return rfc3339(row.integer(column));
}
inline bool flag(const database::Row& row, std::size_t column) { return row.integer(column) != 0; }

inline boost::json::value number_or_null(const database::Row& row, std::size_t column) {
  const auto number = row.maybe_integer(column);
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

}  // namespace reprise::account
