#pragma once

// The allowed forms of messages, as tables: the proto messages of the Live API in proto JSON.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::emulator {

enum class Kind {
  Text,
  Bool,
  Int32,    ///< whole number, or its digits as a string
  Int64,    ///< the same
  Number,   ///< number, or its digits as a string
  Base64,   ///< standard or url-safe
  Enum,     ///< one of `names`
  Message,  ///< an object of `shape`
  Struct,   ///< any object: schemas, arguments, results
  Any,      ///< any value but null
};

struct Shape;

struct Field {
  std::string_view name;  ///< lowerCamelCase
  Kind kind;
  const Shape* shape = nullptr;
  std::initializer_list<std::string_view> names = {};  ///< must have static lifetime
  bool list = false;
};

struct Shape {
  std::vector<Field> fields;
  const Field* find(std::string_view camel_name) const;
};

/// The value with lowerCamelCase names and with numbers as numbers; or the reason to refuse it,
/// worded as Google's parser words it. `path` is the place of the value, for the reason. Null is
/// refused everywhere: in production `handle: null` closes the socket, so a client should leave
/// such fields out.
std::expected<boost::json::object, std::string> normalise(const boost::json::value& value,
                                                          const Shape& shape,
                                                          const std::string& path);

/// True when the dotted path (camel or snake case) names a field of `shape`. For field masks.
bool is_path_of(const Shape& shape, std::string_view path);

}  // namespace reprise::emulator
