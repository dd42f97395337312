#pragma once

// Tables of cases that tests of two languages read. Not part of the program.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace reprise::fixture {

inline std::string text_of(const boost::json::value& value) {
  return std::string(value.as_string());
}
inline std::vector<std::string> texts_of(const boost::json::value& value) {
  std::vector<std::string> texts;
  for (const auto& one : value.as_array()) texts.push_back(text_of(one));
  return texts;
}

/// Reads tests/fixtures/<name>. Halves of characters are kept as base/text.hpp says.
inline boost::json::object load(const std::string& name) {
  std::ifstream file(REPRISE_SOURCE_DIR "/tests/fixtures/" + name);
  std::ostringstream content;
  content << file.rdbuf();
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  return boost::json::parse(text::with_lone_halves(content.str()), {}, options).as_object();
}

/// Calls `check` with each case of a group, under its name.
template <class Check>
void for_each_case(const boost::json::object& table, const char* group, Check check) {
  const auto& cases = table.at(group).as_array();
  ASSERT_FALSE(cases.empty());
  for (const auto& one : cases) {
    SCOPED_TRACE(text_of(one.at("name")));
    check(one);
  }
}

}  // namespace reprise::fixture
