#include "domain/analytics/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstring>

#include "base/clock.hpp"
#include "base/csv.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "domain/analytics/catalogue.hpp"

namespace reprise::analytics {
namespace json = boost::json;

namespace {

std::unexpected<Error> wrong(std::string sentence) {
  return fail(ErrorCode::Invalid, std::move(sentence));
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

Result<std::string> uuid(std::string_view name, const json::value& value) {
  if (value.is_string()) {
    std::string id = lower(value.get_string());
    if (is_uuid(id)) return id;
  }
  return wrong(fmt::format("`{}` must be a UUID.", name));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_one_of(std::string_view word, std::string_view words) {
  while (!words.empty()) {
    const std::size_t blank = words.find(' ');
    if (words.substr(0, blank) == word) return true;
    if (blank == words.npos) return false;
    words.remove_prefix(blank + 1);
  }
  return false;
}

std::optional<std::int64_t> count(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return std::nullopt;  // over what any field may have
  return std::nullopt;
}

/// The value as it is kept. Errors: Invalid.
Result<json::value> field_value(const Field& field, const json::value& value) {
  const std::string place = fmt::format("data.{}", field.name);
  switch (field.type) {
    case FieldType::Flag:
      if (value.is_bool()) return value;
      return wrong(fmt::format("`{}` must be true or false.", place));
    case FieldType::Count:
      if (const auto number = count(value); number && *number >= 0 && *number <= field.most) {
        return value;
      }
      return wrong(fmt::format("`{}` must be a whole number from 0 to {}.", place, field.most));
    case FieldType::Word:
      if (value.is_string() && is_one_of(value.get_string(), field.words)) return value;
      return wrong(fmt::format("`{}` must be one of {}.", place, field.words));
    case FieldType::Name:
      if (value.is_string() && is_name(value.get_string())) return value;
      return wrong(fmt::format("`{}` must be a name of small letters, digits and hyphens.", place));
    case FieldType::Id:
      if (const auto id = uuid(place, value)) return json::value(*id);
      return wrong(fmt::format("`{}` must be a UUID.", place));
  }
  return wrong(fmt::format("`{}` cannot be read.", place));
}

/// The data of an event, members in the order of the catalogue.
Result<json::object> read_data(const Kind& kind, const json::value* given) {
  static const json::object kNone;
  if (given != nullptr && !given->is_object()) return wrong("`data` must be an object.");
  const json::object& data = given != nullptr ? given->get_object() : kNone;
  json::object kept;
  for (const Field& field : kind.fields) {
    if (field.name.empty()) break;
    const json::value* value = data.if_contains(field.name);
    if (value == nullptr) {
      if (!field.needed) continue;
      return wrong(fmt::format("`data.{}` is missing.", field.name));
    }
    auto read = field_value(field, *value);
    if (!read) return std::unexpected(read.error());
    kept[field.name] = *std::move(read);
  }
  if (kept.size() == data.size()) return kept;
  for (const auto& [name, value] : data) {
    if (!kept.contains(name)) {
      return wrong(
          fmt::format("`data.{}` is not a member of `{}`.", std::string_view(name), kind.name));
    }
  }
  return kept;
}

Result<std::int64_t> read_time(const json::object& object, std::int64_t now_utc_ns) {
  const json::value* at = object.if_contains("at");
  const auto time = at != nullptr && at->is_string() ? parse_rfc3339(at->get_string())
                                                     : std::optional<std::int64_t>();
  if (!time) return wrong("`at` must be a time (RFC 3339).");
  if (*time > now_utc_ns + kAheadNs) return wrong("`at` must be at most 10 minutes ahead.");
  if (*time < now_utc_ns - kOldestNs) return wrong("`at` must be at most 400 days old.");
  return *time;
}

/// `-` and `_` are the same in the name of a kind.
Result<const Kind*> read_kind(const json::object& object, std::string_view wanted) {
  const json::value* given = object.if_contains("kind");
  if (given == nullptr && !wanted.empty()) return kind_of(wanted);
  if (given == nullptr) return wrong("`kind` is missing.");
  std::string name = given->is_string() ? std::string(given->get_string()) : "";
  std::ranges::replace(name, '-', '_');
  const Kind* kind = kind_of(name);
  if (kind == nullptr) return wrong("`kind` is not one of the catalogue.");
  if (!wanted.empty() && kind->name != wanted) {
    return wrong(fmt::format("`kind` must be {} here.", wanted));
  }
  return kind;
}

Status check_members(const json::object& object) {
  constexpr std::array<std::string_view, 5> kMembers = {"id", "kind", "at", "data",
                                                        "live_session_id"};
  for (const auto& [name, value] : object) {
    if (std::ranges::find(kMembers, std::string_view(name)) == kMembers.end()) {
      return wrong(fmt::format("`{}` is not a member of an event.", std::string_view(name)));
    }
  }
  return {};
}

std::int64_t hash_of(const Event& event) {
  const Sha256 digest =
      sha256(as_bytes(fmt::format("{}\n{}\n{}\n{}", event.kind, event.at_utc_ns,
                                  event.live_session_id.value_or(""), event.data)));
  std::int64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

}  // namespace

Result<Event> read_event(const json::value& value, std::string_view kind, std::int64_t now_utc_ns) {
  if (!value.is_object()) return wrong("An event must be an object.");
  const json::object& object = value.get_object();
  if (Status known = check_members(object); !known) return std::unexpected(known.error());
  const json::value* given_id = object.if_contains("id");
  if (given_id == nullptr) return wrong("`id` is missing.");
  auto id = uuid("id", *given_id);
  if (!id) return std::unexpected(id.error());
  const auto known = read_kind(object, kind);
  if (!known) return std::unexpected(known.error());
  const auto at = read_time(object, now_utc_ns);
  if (!at) return std::unexpected(at.error());
  const auto data = read_data(**known, object.if_contains("data"));
  if (!data) return std::unexpected(data.error());
  Event event{.id = *std::move(id),
              .kind = std::string((*known)->name),
              .at_utc_ns = *at,
              .data = json::serialize(*data)};
  const json::value* live = object.if_contains("live_session_id");
  if (live != nullptr && !live->is_null()) {
    auto live_id = uuid("live_session_id", *live);
    if (!live_id) return std::unexpected(live_id.error());
    event.live_session_id = *std::move(live_id);
  }
  event.content_hash = hash_of(event);
  return event;
}

Result<Batch> read_batch(const json::value& body, std::string_view kind, std::int64_t now_utc_ns) {
  if (!body.is_object()) return wrong("The body must be an object.");
  const json::value* list = body.get_object().if_contains("events");
  Batch batch{.single = list == nullptr};
  const auto add = [&](const json::value& value, std::size_t index) {
    auto event = read_event(value, kind, now_utc_ns);
    if (event) {
      batch.events.push_back({.index = index, .event = *std::move(event)});
    } else {
      batch.refused.push_back({.index = index, .problem = event.error().client_message});
    }
  };
  if (batch.single) {
    add(body, 0);
    return batch;
  }
  if (!list->is_array()) return wrong("`events` must be a list.");
  if (body.get_object().size() > 1) return wrong("`events` must be the only member.");
  const json::array& all = list->get_array();
  const std::size_t most = kind.empty() ? kEventsMax : 1;
  if (all.empty() || all.size() > most) {
    return wrong(most == 1 ? "`events` must hold one event."
                           : fmt::format("`events` must hold 1 to {} events.", most));
  }
  batch.events.reserve(all.size());
  for (std::size_t index = 0; index < all.size(); ++index) add(all[index], index);
  return batch;
}

std::int64_t hour_of(std::int64_t utc_ns) {
  const std::int64_t rest = utc_ns % kHourNs;
  return utc_ns - (rest < 0 ? rest + kHourNs : rest);
}

std::string table_head() { return csv::line({"id", "kind", "at", "live_session_id", "data"}); }

std::string table_line(const Event& event) {
  return csv::line({event.id, event.kind, rfc3339(event.at_utc_ns),
                    event.live_session_id.value_or(""), event.data});
}

}  // namespace reprise::analytics
