#include "emulator/protocol/shape.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/text.hpp"
#include "emulator/protocol/json_text.hpp"

namespace reprise::emulator {
namespace json = boost::json;
namespace {

/// How much of a refused value is shown.
constexpr std::size_t kShownLettersMax = 24;

using Refusal = std::unexpected<std::string>;
using Normal = std::expected<json::value, std::string>;

Refusal bad_value(const std::string& path, std::string_view type, const json::value& value) {
  const std::string shown = text::cut(json::serialize(value), kShownLettersMax);
  return Refusal("Invalid value at '" + path + "' (" + std::string(type) + "), " + shown);
}

std::optional<std::int64_t> whole_number(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_double()) {  // proto JSON accepts 1.0 for 1
    const double number = value.get_double();
    if (number == std::floor(number) && std::abs(number) < 9e15) {
      return static_cast<std::int64_t>(number);
    }
  }
  if (!value.is_string()) return std::nullopt;
  const std::string_view digits = value.get_string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::optional<double> any_number(const json::value& value) {
  if (value.is_number()) return value.to_number<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string_view digits = value.get_string();
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

Normal integer(const Field& field, const json::value& value, const std::string& path) {
  const bool small = field.kind == Kind::Int32;
  const std::optional<std::int64_t> number = whole_number(value);
  const bool fits = number && (!small || (*number >= std::numeric_limits<std::int32_t>::min() &&
                                          *number <= std::numeric_limits<std::int32_t>::max()));
  if (!fits) return bad_value(path, small ? "TYPE_INT32" : "TYPE_INT64", value);
  return json::value(*number);
}

Normal one(const Field& field, const json::value& value, const std::string& path) {
  switch (field.kind) {
    case Kind::Text:
      if (!value.is_string()) return bad_value(path, "TYPE_STRING", value);
      return value;
    case Kind::Bool:
      if (!value.is_bool()) return bad_value(path, "TYPE_BOOL", value);
      return value;
    case Kind::Int32:
    case Kind::Int64:
      return integer(field, value, path);
    case Kind::Number: {
      const std::optional<double> number = any_number(value);
      if (!number) return bad_value(path, "TYPE_FLOAT", value);
      return json::value(*number);
    }
    case Kind::Base64:
      if (!value.is_string() || !any_base64(value.get_string())) {
        return bad_value(path, "TYPE_BYTES", value.is_string() ? json::value("…") : value);
      }
      return value;
    case Kind::Enum:
      if (!value.is_string() ||
          std::ranges::find(field.names, std::string_view(value.get_string())) ==
              field.names.end()) {
        return bad_value(path, "TYPE_ENUM", value);
      }
      return value;
    case Kind::Message: {
      auto object = normalise(value, *field.shape, path);
      if (!object) return Refusal(std::move(object.error()));
      return json::value(std::move(*object));
    }
    case Kind::Struct:
      if (!value.is_object())
        return bad_value(path, "type.googleapis.com/google.protobuf.Struct", value);
      return value;
    case Kind::Any:
      if (value.is_null()) return bad_value(path, "google.protobuf.Value", value);
      return value;
  }
  return bad_value(path, "TYPE_UNKNOWN", value);
}

Normal list_of(const Field& field, const json::value& value, const std::string& path) {
  if (!value.is_array()) return bad_value(path, "list", value);
  json::array items;
  for (const json::value& item : value.get_array()) {
    Normal normal = one(field, item, path + "[" + std::to_string(items.size()) + "]");
    if (!normal) return normal;
    items.push_back(std::move(*normal));
  }
  return json::value(std::move(items));
}

}  // namespace

const Field* Shape::find(std::string_view camel_name) const {
  const auto found = std::ranges::find(fields, camel_name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

std::expected<json::object, std::string> normalise(const json::value& value, const Shape& shape,
                                                   const std::string& path) {
  if (!value.is_object()) return bad_value(path, "object", value);
  json::object normal;
  for (const auto& [name, member] : value.get_object()) {
    const std::string camel = lower_camel(name);
    const Field* field = shape.find(camel);
    if (field == nullptr) {
      return Refusal("Invalid JSON payload received. Unknown name \"" + std::string(name) +
                     "\" at '" + path + "': Cannot find field.");
    }
    const std::string at = path + (path.empty() ? "" : ".") + lower_snake(camel);
    if (normal.contains(camel)) return Refusal("Invalid value at '" + at + "': set twice.");
    Normal held = field->list ? list_of(*field, member, at) : one(*field, member, at);
    if (!held) return Refusal(std::move(held.error()));
    normal.emplace(camel, std::move(*held));
  }
  return normal;
}

bool is_path_of(const Shape& shape, std::string_view path) {
  const std::size_t dot = path.find('.');
  const Field* field = shape.find(lower_camel(path.substr(0, dot)));
  if (field == nullptr) return false;
  if (dot == std::string_view::npos) return true;
  if (field->list) return false;
  if (field->kind == Kind::Struct) return true;
  return field->shape != nullptr && is_path_of(*field->shape, path.substr(dot + 1));
}

}  // namespace reprise::emulator
