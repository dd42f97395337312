#pragma once

// What a message may look like, as tables: the proto messages of the Live API in proto JSON.

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
  std::initializer_list<std::string_view> names = {};  ///< of a table with static lifetime
  bool list = false;
};

struct Shape {
  std::vector<Field> fields;
  const Field* find(std::string_view camel_name) const;
};

/// The value with lowerCamelCase names and numbers as numbers, or the reason to refuse it, worded
/// as Google's parser does. `path`: where the value stands, for the reason. Null is refused
/// everywhere: `handle: null` closes the socket in production, so a client should leave such fields
/// out.
std::expected<boost::json::object, std::string> normalise(const boost::json::value& value,
                                                          const Shape& shape,
                                                          const std::string& path);

/// True when the dotted path (either case) names a field that `shape` has. For field masks.
bool is_path_of(const Shape& shape, std::string_view path);

}  // namespace reprise::emulator
