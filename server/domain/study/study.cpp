#include "domain/study/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/id.hpp"
#include "base/json.hpp"
#include "domain/study/clean.hpp"

namespace reprise::study {
namespace json = boost::json;

namespace {

constexpr std::size_t kModelMax = 100;
constexpr std::size_t kVoiceMax = 40;

struct ConditionBody {
  std::optional<std::string> id;
  std::string name;
  std::optional<std::string> model;
  std::optional<std::string> voice;
  std::optional<std::string> instruction;
  std::optional<bool> camera;
  std::optional<std::int64_t> quota;
};
BOOST_DESCRIBE_STRUCT(ConditionBody, (), (id, name, model, voice, instruction, camera, quota))

struct StudyBody {
  std::optional<std::string> title;
  std::optional<State> state;
  std::optional<std::string> consent_text;
  std::optional<std::vector<ConditionBody>> conditions;
  std::optional<json::value> before;
  std::optional<json::value> after;
};
BOOST_DESCRIBE_STRUCT(StudyBody, (), (title, state, consent_text, conditions, before, after))

/// A name of Google's: of a model or a voice.
Result<std::string> name_of(const std::string& place, const std::string& text, std::size_t most) {
  constexpr std::string_view kSigns =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  if (text.size() > most || text.find_first_not_of(kSigns) != text.npos) {
    return fail(
        ErrorCode::Invalid,
        fmt::format("`{}` must have at most {} letters, digits, dots, - and _.", place, most));
  }
  return text;
}

Result<Condition> condition_of(const ConditionBody& body, const std::string& place) {
  Condition made{.id = body.id.value_or(new_uuid7()),
                 .camera = body.camera.value_or(false),
                 .quota = body.quota};
  if (!is_uuid(made.id)) {
    return fail(ErrorCode::Invalid, fmt::format("`{}.id` must be a UUID.", place));
  }
  auto name = filled(place + ".name", body.name, kNameCharactersMax);
  auto model = name_of(place + ".model", body.model.value_or(""), kModelMax);
  auto voice = name_of(place + ".voice", body.voice.value_or(""), kVoiceMax);
  auto instruction =
      clean(place + ".instruction", body.instruction.value_or(""), kInstructionCharactersMax);
  for (auto* one : {&name, &model, &voice, &instruction}) {
    if (!*one) return std::unexpected(one->error());
  }
  if (made.quota && (*made.quota < 1 || *made.quota > kQuotaMax)) {
    return fail(ErrorCode::Invalid,
                fmt::format("`{}.quota` must be from 1 to {}.", place, kQuotaMax));
  }
  made.name = *std::move(name);
  made.model = *std::move(model);
  made.voice = *std::move(voice);
  made.instruction = *std::move(instruction);
  return made;
}

Result<std::vector<Condition>> conditions_of(const std::vector<ConditionBody>& bodies) {
  if (bodies.empty() || bodies.size() > kConditionsMax) {
    return fail(ErrorCode::Invalid, fmt::format("`conditions` must have 1 to {}.", kConditionsMax));
  }
  std::vector<Condition> all;
  all.reserve(bodies.size());
  std::set<std::string> ids;
  std::set<std::string> names;
  for (const ConditionBody& body : bodies) {
    const std::string place = fmt::format("conditions[{}]", all.size());
    auto one = condition_of(body, place);
    if (!one) return std::unexpected(one.error());
    if (!ids.insert(one->id).second || !names.insert(one->name).second) {
      return fail(ErrorCode::Invalid,
                  fmt::format("`{}` has the name or the id of another one.", place));
    }
    all.push_back(*std::move(one));
  }
  return all;
}

template <class T>
Status put(std::optional<T>& member, Result<T> read) {
  if (!read) return std::unexpected(read.error());
  member = *std::move(read);
  return {};
}

/// One number out of two, evenly spread (splitmix64).
std::uint64_t mixed(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t x = seed + (number + 1) * 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

}  // namespace

Result<Change> read_change(const json::value& body) {
  auto read = from_json_value<StudyBody>(body);
  if (!read) return std::unexpected(read.error());
  for (const auto& [name, value] : body.as_object()) {
    if (value.is_null()) {
      return fail(ErrorCode::Invalid,
                  fmt::format("`{}` cannot be taken away.", std::string_view(name)));
    }
  }
  Change change{.state = read->state};
  Status status;
  if (read->title) status = put(change.title, filled("title", *read->title, kNameCharactersMax));
  if (status && read->consent_text) {
    status = put(change.consent_text,
                 filled("consent_text", *read->consent_text, kConsentCharactersMax));
  }
  if (status && read->conditions) {
    status = put(change.conditions, conditions_of(*read->conditions));
  }
  if (status && read->before) status = put(change.before, read_part(*read->before, "before"));
  if (status && read->after) status = put(change.after, read_part(*read->after, "after"));
  if (!status) return std::unexpected(status.error());
  return change;
}

bool keeps_conditions(const std::vector<Condition>& now, const std::vector<Condition>& next) {
  return std::ranges::equal(now, next, [](const Condition& one, Condition other) {
    other.quota = one.quota;
    return one == other;
  });
}

std::optional<std::size_t> assign(std::span<const Taken> conditions, std::uint64_t seed,
                                  std::uint64_t number) {
  std::vector<std::size_t> fewest;
  fewest.reserve(conditions.size());
  for (std::size_t at = 0; at < conditions.size(); ++at) {
    const Taken& one = conditions[at];
    if (one.quota && one.count >= *one.quota) continue;
    if (!fewest.empty() && one.count > conditions[fewest.front()].count) continue;
    if (!fewest.empty() && one.count < conditions[fewest.front()].count) fewest.clear();
    fewest.push_back(at);
  }
  if (fewest.empty()) return std::nullopt;
  return fewest[mixed(seed, number) % fewest.size()];
}

Stage stage_after(Stage stage, bool asks_before, bool asks_after) {
  switch (stage) {
    case Stage::Invited:
      return asks_before ? Stage::Before : Stage::Talk;
    case Stage::Before:
      return Stage::Talk;
    case Stage::Talk:
      return asks_after ? Stage::After : Stage::Done;
    case Stage::After:
    case Stage::Done:
      return Stage::Done;
    case Stage::Withdrawn:
      break;
  }
  return Stage::Withdrawn;
}

Status check_link(const LinkFacts& link, std::int64_t now_utc_ns) {
  if (link.stage != Stage::Invited) {
    if (link.same_browser) return {};
    return fail(ErrorCode::Conflict,
                "`secret`: this link was used already. Each link is for one person, who goes on "
                "in the browser in which they began.",
                "link-used");
  }
  if (link.revoked) {
    return fail(ErrorCode::Gone, "`secret`: this link was taken back.", "link-revoked");
  }
  if (link.expires_utc_ns <= now_utc_ns) {
    return fail(ErrorCode::Gone, "`secret`: this link has expired.", "link-expired");
  }
  if (link.study != State::Open) {
    return fail(ErrorCode::Conflict, "`secret`: this study takes nobody at the moment.",
                "study-closed");
  }
  return {};
}

}  // namespace reprise::study
