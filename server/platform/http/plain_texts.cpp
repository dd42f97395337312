#include "platform/http/plain_texts.hpp"

#include "base/json.hpp"

namespace reprise::http {
namespace {

namespace json = boost::json;
using json_detail::Place;

Status refused(const Place& place) { return json_detail::must_be(place, "text without U+0000"); }

// The parser bounds the depth.
Status check(const json::value& value, const Place& place) {
  if (const auto* text = value.if_string())
    return std::string_view(*text).contains('\0') ? refused(place) : Status();
  if (const auto* list = value.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (auto status = check((*list)[i], {.parent = &place, .index = i}); !status) return status;
    }
  }
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      if (std::string_view(name).contains('\0')) return refused(place);
      if (auto status = check(member, {.parent = &place, .member = name}); !status) return status;
    }
  }
  return {};
}

}  // namespace

Status check_texts(std::string_view json) {
  // JSON has no other way to write it.
  if (!json.contains("\\u0000")) return {};
  const auto value = parse_json(json);
  return value ? check(*value, {}) : Status();
}

}  // namespace reprise::http
