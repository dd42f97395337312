#pragma once

// JSON text to and from described structs (BOOST_DESCRIBE_STRUCT), with errors that name the
// member.

#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cmath>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/types.hpp"

namespace reprise {

/// What to do with a member that the struct does not have. Refuse it in bodies that clients send.
/// Ignore it in answers of a service that may add members.
enum class UnknownMembers { Refuse, Ignore };

/// Strict JSON (RFC 8259, UTF-8, at most 32 levels). A member name that occurs twice in an object
/// is an error: two readers could take it differently. Errors: Invalid, with the place.
Result<boost::json::value> parse_json(std::string_view text);

/// Reads `text` into `T`: bool, integers (whole and in range), floating point, std::string,
/// std::vector, std::map by name, described enums (`CompleteWithGaps` is "complete_with_gaps"),
/// described structs, and boost::json::value for anything. A std::optional member may be absent or
/// null; every other member must be there. The caller checks lengths and rules. Errors: Invalid;
/// the message names the member, as in "`consent.channels[2]` must be a string."
template <class T>
Result<T> from_json(std::string_view text, UnknownMembers unknown = UnknownMembers::Refuse);
template <class T>
Result<T> from_json_value(const boost::json::value& value,
                          UnknownMembers unknown = UnknownMembers::Refuse);

/// Writes a value as JSON. An empty optional member is left out. A number that is not finite
/// becomes null. A Strong becomes the value that it holds.
template <class T>
boost::json::value to_json_value(const T& value);
template <class T>
std::string to_json(const T& value) {
  return boost::json::serialize(to_json_value(value));
}

/// `CompleteWithGaps` gives "complete_with_gaps". For described enums, here and in the database.
template <class E>
std::string_view enum_text(E value);
template <class E>
std::optional<E> enum_from_text(std::string_view text);

namespace json_detail {

/// Where we are in the value; made into text only for an error.
struct Place {
  const Place* parent = nullptr;
  std::string_view member = {};
  std::size_t index = 0;
};
std::string text_of(const Place& place);
std::unexpected<Error> must_be(const Place& place, std::string_view what);
std::unexpected<Error> is_missing(const Place& place);
std::unexpected<Error> is_unknown(const Place& place);
std::string snake_case(std::string_view pascal_case);

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool kIsStrong = false;
template <class Tag, class Rep>
inline constexpr bool kIsStrong<Strong<Tag, Rep>> = true;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;
template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                         boost::describe::mod_inherited>;

template <class E>
const auto& enum_names() {
  static const auto names = [] {
    std::vector<std::pair<E, std::string>> rows;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto one) { rows.emplace_back(one.value, snake_case(one.name)); });
    return rows;
  }();
  return names;
}

template <std::integral T>
Status read_integer(const boost::json::value& value, T& out, const Place& place) {
  const bool fits = value.is_int64()    ? std::in_range<T>(value.get_int64())
                    : value.is_uint64() ? std::in_range<T>(value.get_uint64())
                                        : false;
  if (!fits) {
    using Limits = std::numeric_limits<T>;
    return must_be(place, "a whole number from " + std::to_string(Limits::min()) + " to " +
                              std::to_string(Limits::max()));
  }
  out = value.is_int64() ? static_cast<T>(value.get_int64()) : static_cast<T>(value.get_uint64());
  return {};
}

template <class E>
Status read_enum(const boost::json::value& value, E& out, const Place& place) {
  std::string allowed = "one of";
  for (const auto& [one, name] : enum_names<E>()) {
    if (value.is_string() && std::string_view(value.get_string()) == name) {
      out = one;
      return {};
    }
    allowed += (allowed.size() > 6 ? ", " : " ") + name;
  }
  return must_be(place, allowed);
}

template <class T>
Status read(const boost::json::value& value, T& out, const Place& place, UnknownMembers unknown);

template <class T>
Status read_struct(const boost::json::value& value, T& out, const Place& place,
                   UnknownMembers unknown) {
  if (!value.is_object()) return must_be(place, "an object");
  const boost::json::object& object = value.get_object();
  Status status;
  std::size_t found = 0;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    if (!status) return;
    using Value = std::remove_reference_t<decltype(out.*member.pointer)>;
    const Place at{&place, member.name};
    if (const boost::json::value* held = object.if_contains(member.name)) {
      ++found;
      status = read<Value>(*held, out.*member.pointer, at, unknown);
    } else if constexpr (!kIsOptional<Value>) {
      status = is_missing(at);
    }
  });
  if (!status || unknown == UnknownMembers::Ignore || found == object.size()) return status;
  for (const auto& [name, held] : object) {
    bool known = false;
    boost::mp11::mp_for_each<Members<T>>(
        [&, key = std::string_view(name)](auto member) { known = known || key == member.name; });
    if (!known) return is_unknown(Place{&place, name});
  }
  return {};
}

template <class T>
Status read_vector(const boost::json::value& value, T& out, const Place& place,
                   UnknownMembers unknown) {
  if (!value.is_array()) return must_be(place, "a list");
  for (const boost::json::value& item : value.get_array()) {
    typename T::value_type element{};
    Status status = read(item, element, Place{&place, {}, out.size()}, unknown);
    if (!status) return status;
    out.push_back(std::move(element));
  }
  return {};
}

template <class T>
Status read_map(const boost::json::value& value, T& out, const Place& place,
                UnknownMembers unknown) {
  if (!value.is_object()) return must_be(place, "an object");
  for (const auto& [name, item] : value.get_object()) {
    Status status = read(item, out[std::string(name)], Place{&place, name}, unknown);
    if (!status) return status;
  }
  return {};
}

template <class T>
Status read(const boost::json::value& value, T& out, const Place& place, UnknownMembers unknown) {
  if constexpr (std::same_as<T, boost::json::value>) {
    out = value;
  } else if constexpr (kIsOptional<T>) {
    if (value.is_null()) return {};
    return read(value, out.emplace(), place, unknown);
  } else if constexpr (std::same_as<T, bool>) {
    if (!value.is_bool()) return must_be(place, "true or false");
    out = value.get_bool();
  } else if constexpr (std::integral<T>) {
    return read_integer(value, out, place);
  } else if constexpr (std::floating_point<T>) {
    if (!value.is_number()) return must_be(place, "a number");
    out = value.to_number<T>();
    if (!std::isfinite(out)) return must_be(place, "a finite number");
  } else if constexpr (std::same_as<T, std::string>) {
    if (!value.is_string()) return must_be(place, "a string");
    out.assign(value.get_string());
  } else if constexpr (std::is_enum_v<T>) {
    return read_enum(value, out, place);
  } else if constexpr (kIsVector<T>) {
    return read_vector(value, out, place, unknown);
  } else if constexpr (kIsMap<T>) {
    return read_map(value, out, place, unknown);
  } else {
    static_assert(Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
    return read_struct(value, out, place, unknown);
  }
  return {};
}

template <class T>
boost::json::value write_struct(const T& value) {
  boost::json::object object;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const auto& held = value.*member.pointer;
    if constexpr (kIsOptional<std::remove_cvref_t<decltype(held)>>) {
      if (held) object.emplace(member.name, to_json_value(*held));
    } else {
      object.emplace(member.name, to_json_value(held));
    }
  });
  return object;
}

}  // namespace json_detail

template <class T>
Result<T> from_json_value(const boost::json::value& value, UnknownMembers unknown) {
  T out{};
  Status status = json_detail::read(value, out, json_detail::Place{}, unknown);
  if (!status) return std::unexpected(std::move(status.error()));
  return out;
}

template <class T>
Result<T> from_json(std::string_view text, UnknownMembers unknown) {
  const Result<boost::json::value> value = parse_json(text);
  if (!value) return std::unexpected(value.error());
  return from_json_value<T>(*value, unknown);
}

template <class T>
boost::json::value to_json_value(const T& value) {
  using namespace json_detail;
  if constexpr (std::same_as<T, boost::json::value> || std::same_as<T, bool> || std::integral<T>) {
    return value;
  } else if constexpr (std::floating_point<T>) {
    return std::isfinite(value) ? boost::json::value(static_cast<double>(value)) : nullptr;
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    return boost::json::value(std::string_view(value));
  } else if constexpr (kIsOptional<T>) {
    return value ? to_json_value(*value) : boost::json::value(nullptr);
  } else if constexpr (kIsStrong<T>) {
    return to_json_value(value.value);
  } else if constexpr (std::is_enum_v<T>) {
    return boost::json::value(enum_text(value));
  } else if constexpr (kIsVector<T>) {
    boost::json::array list;
    list.reserve(value.size());
    for (const auto& item : value) list.push_back(to_json_value(item));
    return list;
  } else if constexpr (kIsMap<T>) {
    boost::json::object object;
    for (const auto& [name, item] : value) object.emplace(name, to_json_value(item));
    return object;
  } else {
    static_assert(Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
    return write_struct(value);
  }
}

template <class E>
std::string_view enum_text(E value) {
  for (const auto& [one, name] : json_detail::enum_names<E>()) {
    if (one == value) return name;
  }
  return "unknown";
}

template <class E>
std::optional<E> enum_from_text(std::string_view text) {
  for (const auto& [one, name] : json_detail::enum_names<E>()) {
    if (name == text) return one;
  }
  return std::nullopt;
}

}  // namespace reprise
