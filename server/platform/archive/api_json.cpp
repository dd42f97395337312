#include "platform/archive/api_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_from.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace reprise::archive {
namespace json = boost::json;

namespace {

template <class E>
json::value text_or_null(const std::optional<E>& value) {
  return value ? json::value(enum_text(*value)) : json::value(nullptr);
}

double ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

json::object to_api(const session::MissingTime& missing) {
  return {{"microphone", ms(missing.microphone_ns)},
          {"model", ms(missing.model_ns)},
          {"camera", ms(missing.camera_ns)},
          {"messages", ms(missing.messages_ns)}};
}

json::object to_api(const session::ConsentFacts& consent) {
  json::object object{{"text_version", consent.text_version},
                      {"text_sha256", consent.text_sha256_hex},
                      {"locale", consent.locale},
                      {"given_at", rfc3339(consent.given_utc_ns)},
                      {"method", consent.method},
                      {"channels", json::parse(consent.channels_json)},
                      {"withdrawn_at", nullptr}};
  if (consent.withdrawn_utc_ns) object["withdrawn_at"] = rfc3339(*consent.withdrawn_utc_ns);
  return object;
}

}  // namespace

json::object to_api(const session::Recording& recording) {
  json::object object{
      {"id", recording.id.value},
      {"chat_id", recording.chat_id.value},
      {"live_session_id", recording.live_session_id.value},
      {"state", enum_text(recording.state)},
      {"reason", text_or_null(recording.reason)},
      {"created_at", rfc3339(recording.created_utc_ns)},
      {"duration_ms", nullptr},
      {"first_words", recording.first_words},
      {"stored_bytes", recording.stored_bytes},
      {"chunks_stored", recording.chunks_stored},
      {"last_seq", nullptr},
      {"missing_seqs", json::value_from(recording.missing_seqs)},
      {"title", nullptr},
      {"chat_title", recording.chat_title},
      {"model", recording.model},
      {"quiet", recording.quiet},
      {"seam", recording.seam},
      {"has_thumbnail", recording.has_thumbnail},
      {"missing_ms", to_api(recording.missing)},
      {"left_out", recording.left_out},
      {"refolding", recording.refolding},
      {"device_started_at", nullptr},
      {"keep_days", nullptr},
      {"expires_at", nullptr},
      {"hold", text_or_null(recording.hold)},
  };
  if (recording.started_device_utc_ns) {
    object["device_started_at"] = rfc3339(*recording.started_device_utc_ns);
  }
  if (recording.keep_days) object["keep_days"] = *recording.keep_days;
  if (recording.expires_utc_ns) object["expires_at"] = rfc3339(*recording.expires_utc_ns);
  if (recording.title) object["title"] = *recording.title;
  if (recording.duration_ns) object["duration_ms"] = ms(*recording.duration_ns);
  if (recording.last_seq) object["last_seq"] = *recording.last_seq;
  return object;
}

json::object to_api(const session::LiveSession& live_session) {
  json::object object{
      {"id", live_session.id.value},
      {"chat_id", live_session.chat_id.value},
      {"state", live_session.reason ? "ended" : "live"},
      {"reason", text_or_null(live_session.reason)},
      {"quiet", live_session.quiet},
      {"created_at", rfc3339(live_session.created_utc_ns)},
      {"ended_at", nullptr},
      {"recording", nullptr},
      {"consent", nullptr},
  };
  if (live_session.ended_utc_ns) object["ended_at"] = rfc3339(*live_session.ended_utc_ns);
  if (live_session.consent) object["consent"] = to_api(*live_session.consent);
  if (live_session.recording) object["recording"] = to_api(*live_session.recording);
  return object;
}

json::object to_viewer_api(const session::Recording& recording) {
  json::object object = to_api(recording);
  object["chat_id"] = nullptr;
  object["live_session_id"] = nullptr;
  object["chat_title"] = "";
  // How long the owner keeps it, and that an admin holds the account, is for the owner.
  for (const char* own : {"keep_days", "expires_at", "hold"}) object[own] = nullptr;
  return object;
}

json::object to_viewer_api(const session::LiveSession& live_session) {
  json::object object = to_api(live_session);
  if (live_session.recording) object["recording"] = to_viewer_api(*live_session.recording);
  return object;
}

json::value shared_of(const std::optional<access::Grant>& grant) {
  if (!grant) return nullptr;
  return json::object{
      {"from", grant->owner_name.empty() ? json::value(nullptr) : json::value(grant->owner_name)},
      {"may_download", grant->may_download}};
}

json::object files_follow() { return {{"files", "follow"}}; }

}  // namespace reprise::archive
