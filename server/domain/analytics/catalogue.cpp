#include "domain/analytics/catalogue.hpp"

#include <algorithm>

namespace reprise::analytics {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kCloseCodeMax = 4'999;
constexpr std::int64_t kSocketsMax = 10'000;
constexpr std::int64_t kHitsMax = 1'000'000;

constexpr Field flag(std::string_view name) { return {.name = name, .type = FieldType::Flag}; }
constexpr Field count(std::string_view name, std::int64_t most) {
  return {.name = name, .type = FieldType::Count, .most = most};
}
constexpr Field word(std::string_view name, std::string_view words) {
  return {.name = name, .type = FieldType::Word, .words = words};
}
constexpr Field name(std::string_view called) { return {.name = called, .type = FieldType::Name}; }
constexpr Field id(std::string_view called) { return {.name = called, .type = FieldType::Id}; }
constexpr Field maybe(Field field) {
  field.needed = false;
  return field;
}

constexpr std::array kKinds = {
    Kind{"camera", {flag("on")}},
    Kind{"device_change", {word("device", "microphone camera speaker")}},
    Kind{"download", {name("what"), maybe(id("recording_id"))}},
    Kind{"error_shown", {name("name")}},
    Kind{"interruption", {}},
    Kind{"mute", {flag("on")}},
    Kind{"page_open", {name("page")}},
    Kind{"playback_open", {id("recording_id")}},
    Kind{"playback_seek", {id("recording_id"), count("from_ms", kDayMs), count("to_ms", kDayMs)}},
    Kind{"screen", {flag("on")}},
    Kind{"search", {count("hits", kHitsMax)}},
    Kind{"session_end",
         {maybe(word("reason", "hangup lost error never_connected abandoned")),
          maybe(count("duration_ms", kDayMs))}},
    Kind{"session_start", {maybe(flag("recorded")), maybe(flag("camera")), maybe(id("task_id"))}},
    Kind{"socket_close", {count("code", kCloseCodeMax), maybe(count("number", kSocketsMax))}},
    Kind{"socket_open", {maybe(count("number", kSocketsMax))}},
    Kind{"task",
         {word("what", "created changed done reopened deleted imported exported"),
          maybe(id("task_id"))}},
    Kind{"task_step", {flag("done"), maybe(id("task_id"))}},
};

}  // namespace

std::span<const Kind> catalogue() { return kKinds; }

const Kind* kind_of(std::string_view name) {
  const auto* const found = std::ranges::find(kKinds, name, &Kind::name);
  return found == kKinds.end() ? nullptr : found;
}

}  // namespace reprise::analytics
