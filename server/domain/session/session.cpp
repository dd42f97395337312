#include "domain/session/session.hpp"

#include <boost/json/value_from.hpp>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace reprise::session {
namespace json = boost::json;

namespace {

template <class E>
json::value text_or_null(const std::optional<E>& value) {
  return value ? json::value(enum_text(*value)) : json::value(nullptr);
}

constexpr std::size_t kTitleFromWordsLettersMax = 60;

}  // namespace

std::string title_from(std::string_view first_words) {
  const auto line = text::one_line(text::well_formed(first_words));
  if (!text::is_visible(line)) return {};
  for (auto letters = kTitleFromWordsLettersMax; letters > 0; letters /= 2) {
    auto title = text::with_capital(text::cut(line, letters));
    if (utf8_length(title) <= kTitleCharactersMax) return title;
  }
  return {};  // one letter with hundreds of marks
}

json::object to_api(const Recording& recording) {
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
  };
  if (recording.duration_ns)
    object["duration_ms"] = static_cast<double>(*recording.duration_ns) / 1e6;
  if (recording.last_seq) object["last_seq"] = *recording.last_seq;
  return object;
}

json::object to_api(const LiveSession& live_session) {
  json::object object{
      {"id", live_session.id.value},
      {"chat_id", live_session.chat_id.value},
      {"state", live_session.reason ? "ended" : "live"},
      {"reason", text_or_null(live_session.reason)},
      {"quiet", live_session.quiet},
      {"created_at", rfc3339(live_session.created_utc_ns)},
      {"ended_at", nullptr},
      {"recording", nullptr},
  };
  if (live_session.ended_utc_ns) object["ended_at"] = rfc3339(*live_session.ended_utc_ns);
  if (live_session.recording) object["recording"] = to_api(*live_session.recording);
  return object;
}

}  // namespace reprise::session
