#include "emulator/protocol/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/base64.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

void write(std::string& out, const json::value& value, std::size_t depth) {
  const std::string indent(2 * (depth + 1), ' ');
  const std::string outer(2 * depth, ' ');
  if (value.is_object() && !value.get_object().empty()) {
    out += "{\n";
    const char* before = "";
    for (const auto& [name, member] : value.get_object()) {
      out += before + indent + json::serialize(json::string(name)) + ": ";
      write(out, member, depth + 1);
      before = ",\n";
    }
    out += "\n" + outer + "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    out += "[\n";
    const char* before = "";
    for (const json::value& item : value.get_array()) {
      out += before + indent;
      write(out, item, depth + 1);
      before = ",\n";
    }
    out += "\n" + outer + "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty(const json::value& value) {
  std::string out;
  write(out, value, 0);
  out += '\n';
  return out;
}

std::string lower_camel(std::string_view name) {
  std::string camel;
  bool upper = false;
  for (const char letter : name) {
    if (letter == '_') {
      upper = !camel.empty();
      continue;
    }
    const bool lower_case = letter >= 'a' && letter <= 'z';
    camel += upper && lower_case ? static_cast<char>(letter - 'a' + 'A') : letter;
    upper = false;
  }
  return camel;
}

std::string lower_snake(std::string_view name) {
  std::string snake;
  for (const char letter : name) {
    if (letter >= 'A' && letter <= 'Z') {
      snake += '_';
      snake += static_cast<char>(letter - 'A' + 'a');
    } else {
      snake += letter;
    }
  }
  return snake;
}

std::optional<Bytes> any_base64(std::string_view text) {
  std::string standard(text);
  for (char& letter : standard) {
    if (letter == '-') letter = '+';
    if (letter == '_') letter = '/';
  }
  while (standard.size() % 4 != 0) standard += '=';
  return base64_decode(standard);
}

}  // namespace reprise::emulator
