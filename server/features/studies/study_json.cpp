#include "features/studies/study_json.hpp"

#include <boost/json/array.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace reprise::studies {
namespace json = boost::json;
using study::Stage;

namespace {

json::value time_or_null(const std::optional<std::int64_t>& utc_ns) {
  return utc_ns ? json::value(rfc3339(*utc_ns)) : json::value(nullptr);
}
template <class T>
json::value or_null(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::object to_api(const ConditionUse& use) {
  const study::Condition& one = use.condition;
  return {{"id", one.id},       {"name", one.name},     {"model", one.model},
          {"voice", one.voice}, {"camera", one.camera}, {"instruction", one.instruction},
          {"taken", use.taken}, {"done", use.done},     {"quota", or_null(one.quota)}};
}

json::object to_api(const TalkTask& task) {
  json::array steps;
  steps.reserve(task.steps.size());
  for (const task::Step& one : task.steps) {
    steps.push_back(json::object{{"id", one.id}, {"text", one.text}, {"criterion", one.criterion}});
  }
  return {{"title", task.title}, {"text", task.text}, {"steps", std::move(steps)}};
}

}  // namespace

json::object to_api(const Study& study) {
  json::array conditions;
  conditions.reserve(study.conditions.size());
  for (const ConditionUse& one : study.conditions) conditions.push_back(to_api(one));
  return {{"id", study.id.value},
          {"task_id", or_null(study.task_id)},
          {"title", study.title},
          {"state", enum_text(study.state)},
          {"consent_version", study.consent_version},
          {"consent_text", study.consent_text},
          {"conditions", std::move(conditions)},
          {"before", to_json_value(study.before)},
          {"after", to_json_value(study.after)},
          {"progress",
           {{"links", study.progress.links},
            {"begun", study.progress.begun},
            {"done", study.progress.done},
            {"withdrawn", study.progress.withdrawn}}},
          {"created_at", rfc3339(study.created_utc_ns)},
          {"updated_at", rfc3339(study.updated_utc_ns)}};
}

json::object to_api(const Participant& one) {
  json::array recordings;
  for (const Talk& talk : one.talks) {
    if (talk.recording_id) recordings.emplace_back(*talk.recording_id);
  }
  return {{"id", one.id.value},
          {"number", one.number},
          {"stage", enum_text(one.stage)},
          {"condition", or_null(one.condition)},
          {"created_at", rfc3339(one.created_utc_ns)},
          {"expires_at", rfc3339(one.expires_utc_ns)},
          {"revoked_at", time_or_null(one.revoked_utc_ns)},
          {"opened", one.opened},
          {"begun_at", time_or_null(one.begun_utc_ns)},
          {"ended_at", time_or_null(one.ended_utc_ns)},
          {"recordings", std::move(recordings)}};
}

json::object to_api(const Participation& by) {
  const bool talks = by.stage == Stage::Talk;
  json::object body{{"number", by.number},
                    {"title", by.study_title},
                    {"stage", enum_text(by.stage)},
                    {"consent",
                     {{"version", by.consent.version},
                      {"text", by.consent.text},
                      {"sha256", by.consent.sha256_hex}}},
                    {"questionnaires", json::array{}},
                    {"task", nullptr},
                    {"camera", by.camera},
                    {"talks", by.talks}};
  if (by.stage == Stage::Before) body["questionnaires"] = to_json_value(by.before);
  if (by.stage == Stage::After) body["questionnaires"] = to_json_value(by.after);
  if (talks && by.task) body["task"] = to_api(*by.task);
  return body;
}

}  // namespace reprise::studies
