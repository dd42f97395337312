#include "app/openapi.hpp"

#include <yaml-cpp/yaml.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>

namespace reprise::app {
namespace json = boost::json;

namespace {

json::value scalar_of(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::value(text);  // quoted: always a string
  if (text == "true" || text == "false") return text == "true";
  if (text.empty() || text == "null" || text == "~") return nullptr;
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc() && read.ptr == end) {
    return whole;
  }
  double number = 0;
  if (const auto read = std::from_chars(text.data(), end, number);
      read.ec == std::errc() && read.ptr == end) {
    return number;
  }
  return json::value(text);
}

json::value value_of(const YAML::Node& node) {
  if (node.IsMap()) {
    json::object object;
    for (const auto& member : node) object[member.first.Scalar()] = value_of(member.second);
    return object;
  }
  if (node.IsSequence()) {
    json::array list;
    for (const auto& item : node) list.push_back(value_of(item));
    return list;
  }
  return node.IsScalar() ? scalar_of(node) : json::value(nullptr);
}

}  // namespace

std::string yaml_to_json(std::string_view yaml) {
  return json::serialize(value_of(YAML::Load(std::string(yaml))));
}

}  // namespace reprise::app
