#include "features/live/live.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"

namespace reprise::live {

using access::Reach;
using session::LiveSessionId;
using session::RecordingId;

namespace {

constexpr std::size_t kTextVersionMax = 40;
constexpr std::size_t kLocaleMax = 20;
constexpr std::size_t kSha256HexLength = 64;
constexpr std::size_t kChannelsMax = 4;

bool is_sha256_hex(std::string_view text) {
  return text.size() == kSha256HexLength &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::unexpected<Error> invalid(std::string sentence) {
  return fail(ErrorCode::Invalid, std::move(sentence));
}

struct TokenWish {
  std::optional<std::string> handle;
  std::optional<bool> history;
};
BOOST_DESCRIBE_STRUCT(TokenWish, (), (handle, history))

gemini::History history_of(const std::optional<bool>& wanted) {
  return wanted.value_or(false) ? gemini::History::First : gemini::History::None;
}

}  // namespace

Result<std::optional<archive::Consent>> checked_consent(const LiveSessionCreate& wish) {
  if (!wish.consent) {
    if (!wish.record) return std::nullopt;
    return fail(
        ErrorCode::Unprocessable,
        "A recording needs the person's consent: send `consent`, or talk without recording.",
        "consent-required");
  }
  const Consent& consent = *wish.consent;
  if (utf8_length(consent.text_version) > kTextVersionMax) {
    return invalid("`consent.text_version` must have at most 40 characters.");
  }
  if (!is_sha256_hex(consent.text_sha256)) {
    return invalid("`consent.text_sha256` must be 64 hexadecimal digits in lower case.");
  }
  if (utf8_length(consent.locale) > kLocaleMax) {
    return invalid("`consent.locale` must have at most 20 characters.");
  }
  const auto given = parse_rfc3339(consent.given_at);
  if (!given) return invalid("`consent.given_at` must be an RFC 3339 time.");
  if (consent.channels.empty() || consent.channels.size() > kChannelsMax) {
    return invalid("`consent.channels` must name 1 to 4 channels.");
  }
  if (std::set(consent.channels.begin(), consent.channels.end()).size() !=
      consent.channels.size()) {
    return invalid("`consent.channels` must name each channel once.");
  }
  return archive::Consent{.text_version = consent.text_version,
                          .text_sha256_hex = consent.text_sha256,
                          .locale = consent.locale,
                          .given_utc_ns = *given,
                          .method = std::string(enum_text(consent.method)),
                          .channels_json = to_json(consent.channels)};
}

namespace {

/// What the model is told last counts most.
void add_words(gemini::LiveSettings& settings, const std::string& words) {
  if (words.empty()) return;
  if (!settings.instruction.empty()) settings.instruction += "\n\n";
  settings.instruction += words;
}

}  // namespace

Task<Result<Started>> Live::start(access::UserId owner, LiveSessionCreate wish, Deadline deadline,
                                  std::optional<gemini::LiveSettings> preset) {
  gemini::LiveSettings settings = std::move(preset).value_or(gemini_.settings());
  if (!is_uuid(wish.chat_id)) co_return invalid("`chat_id` must be a UUID in lower case.");
  auto consent = checked_consent(wish);
  if (!consent) co_return std::unexpected(consent.error());
  const session::ChatId chat(wish.chat_id);
  if (!co_await sessions_.chat_exists(Reach::of(owner), chat, deadline)) {
    co_return fail(ErrorCode::NotFound, "There is no such chat.");
  }
  if (wish.record) {
    if (auto status = archive_.part<archive::Room>().may_begin(); !status) {
      co_return std::unexpected(status.error());
    }
  }
  auto told = co_await words_of(owner, wish.tell_task_id, deadline);
  if (!told) co_return std::unexpected(told.error());
  add_words(settings, *told);
  // The token comes before anything is stored: when the model's service does not answer, nothing
  // has begun.
  auto token = co_await gemini_.mint(settings, std::nullopt, history_of(wish.history), deadline);
  if (!token) co_return std::unexpected(token.error());
  std::optional<RecordingId> recording;
  if (wish.record) recording = RecordingId(new_uuid7());
  archive::NewLiveSession wanted{.owner = std::move(owner),
                                 .id = LiveSessionId(new_uuid7()),
                                 .chat_id = chat,
                                 .model = settings.model,
                                 .recording_id = recording,
                                 .consent = *std::move(consent),
                                 .token_expires_utc_ns = token->expires_utc_ns,
                                 .told = *std::move(told)};
  auto created = co_await sessions_.create(std::move(wanted), deadline);
  if (!created) co_return std::unexpected(created.error());
  log::info("live.started", {{"live_session_id", created->id.value},
                             {"model", settings.model},
                             {"recorded", wish.record}});
  co_return Started{.live_session = *std::move(created),
                    .recording_id = std::move(recording),
                    .settings = settings,
                    .token = *std::move(token)};
}

Result<SocketWish> wanted_socket(std::string_view body) {
  if (body.empty()) return SocketWish{};
  auto wish = from_json<TokenWish>(body);
  if (!wish ||
      (wish->handle && (wish->handle->empty() || wish->handle->size() > gemini::kHandleBytesMax))) {
    return invalid(
        fmt::format("Send no body, {{}}, {{\"history\": true}} or {{\"handle\": \"…\"}} with a "
                    "handle of at most "
                    "{} bytes.",
                    gemini::kHandleBytesMax));
  }
  SocketWish socket{.resume_from = std::nullopt, .history = history_of(wish->history)};
  if (wish->handle) socket.resume_from = gemini::ResumptionHandle(*std::move(wish->handle));
  return socket;
}

Task<gemini::LiveSettings> Live::settings_of(LiveSessionId id) {
  auto preset = preset_of_ ? co_await preset_of_(id) : std::nullopt;
  gemini::LiveSettings settings = preset ? *std::move(preset) : gemini_.settings();
  add_words(settings, co_await sessions_.told(std::move(id)));
  co_return settings;
}

Task<Result<std::string>> Live::words_of(access::UserId owner, std::optional<std::string> task_id,
                                         Deadline deadline) {
  if (!task_id) co_return std::string();
  if (!is_uuid(*task_id)) co_return invalid("`tell_task_id` must be the id of a task.");
  if (!words_of_task_) co_return invalid("`tell_task_id` cannot be used here.");
  co_return co_await words_of_task_(std::move(owner), *std::move(task_id), deadline);
}

Task<Result<Minted>> Live::mint_again(Reach reach, LiveSessionId id, SocketWish wish,
                                      Deadline deadline) {
  const auto found = co_await sessions_.find(reach, id, deadline);
  if (!found) co_return std::unexpected(found.error());
  if (found->reason) {
    co_return fail(ErrorCode::Conflict, "This live session has ended; start a new one.",
                   "live-session-ended");
  }
  if (found->consent && found->consent->withdrawn_utc_ns) {
    co_return fail(ErrorCode::Conflict,
                   "The consent to its recording was withdrawn; start a new live session.",
                   "consent-withdrawn");
  }
  const gemini::LiveSettings settings = co_await settings_of(id);
  auto token = co_await gemini_.mint(settings, std::move(wish.resume_from), wish.history, deadline);
  if (!token) co_return std::unexpected(token.error());
  const auto noted = co_await sessions_.note_token(std::move(reach), std::move(id), settings.model,
                                                   token->expires_utc_ns, deadline);
  if (!noted) co_return std::unexpected(noted.error());
  Minted minted{.recording_id = std::nullopt, .model = settings.model, .token = *std::move(token)};
  if (found->recording) minted.recording_id = found->recording->id;
  co_return minted;
}

Task<Result<archive::LiveSession>> Live::find(Reach reach, LiveSessionId id, Deadline deadline) {
  return sessions_.find(std::move(reach), std::move(id), deadline);
}

Task<Result<archive::LiveSession>> Live::withdraw(access::Reach reach, session::LiveSessionId id,
                                                  Withdrawal wish, Deadline deadline) {
  if (wish.last_seq && (*wish.last_seq < -1 || *wish.last_seq > session::kSeqMax)) {
    co_return invalid("`last_seq` must be from -1 to 2147483647.");
  }
  auto found = co_await sessions_.find(reach, id, deadline);
  if (!found) co_return found;
  // Before it is noted: killed in between, a recording is gone whose consent still counts, never
  // the other way round.
  const bool exists =
      found->recording && found->recording->state != session::RecordingState::Erased;
  if (wish.recording == session::Withdrawn::Erase && found->consent && exists) {
    const auto erased =
        co_await archive_.part<archive::Erasures>().erase(reach, found->recording->id, deadline);
    if (!erased) co_return std::unexpected(erased.error());
  }
  co_return co_await sessions_.withdraw(std::move(reach), std::move(id), wish.recording,
                                        wish.last_seq, deadline);
}

Task<Result<void>> Live::keep(Reach reach, LiveSessionId id, Deadline deadline) {
  const auto found = co_await sessions_.find(reach, id, deadline);
  if (!found) co_return std::unexpected(found.error());
  if (found->reason) {
    signs_.forget(id.value);
    co_return fail(ErrorCode::Conflict, "This live session has ended; start a new one.",
                   "live-session-ended");
  }
  if (is_shared()) {
    co_await jobs().put_off(jobs::Kind::EndSilent, id.value, kSilentAfter, deadline);
  } else {
    signs_.seen(id.value, now_());
  }
  co_return Result<void>();
}

Task<void> Live::end_one(std::string id) {
  log::info("live.silent", {{"live_session_id", id}});
  const auto ended = co_await sessions_.end(Reach::everything(), LiveSessionId(std::move(id)),
                                            session::SessionEnd::Abandoned);
  if (!ended) log::warn("live.not_ended", {{"what", ended.error().client_message}});
}

Task<void> Live::end_silent() {
  for (std::string& id : signs_.take_silent(now_())) co_await end_one(std::move(id));
  if (!is_shared()) co_return;
  constexpr std::int64_t kAtOnce = 1'000;
  jobs::Jobs& jobs = this->jobs();
  for (const std::string& id : co_await jobs.due(jobs::Kind::EndSilent, kAtOnce)) {
    if (!co_await jobs.take(jobs::Kind::EndSilent, id, jobs::Wish::Due)) continue;
    co_await end_one(id);  // idempotent: of one that has ended the first reason stays
    co_await jobs.done(jobs::Kind::EndSilent, id);
  }
}

Task<Result<archive::LiveSession>> Live::end(Reach reach, LiveSessionId id,
                                             session::SessionEnd reason, Deadline deadline) {
  const std::string key = id.value;
  auto ended = co_await sessions_.end(std::move(reach), std::move(id), reason, deadline);
  if (ended) signs_.forget(key);
  co_return ended;
}

}  // namespace reprise::live
