#include "app/study_talks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "app/rates.hpp"
#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "platform/archive/mcap_source.hpp"
#include "platform/gemini/listed_models.hpp"
#include "platform/http/cookies.hpp"
#include "platform/http/responses.hpp"

namespace reprise::app {

using access::Action;
using access::Reach;
using http::Request;
using http::Response;
using studies::BegunTalk;
using studies::Participations;
using studies::StudyFile;
using studies::TalkWish;

namespace {

constexpr int kUnknown = 401;
constexpr std::string_view kTalkPath = "/api/live/sessions/";
constexpr std::string_view kUploadPath = "/api/recordings/";
constexpr std::string_view kParticipation = "/api/participation";

live::Consent consent_of(const TalkWish& wish) {
  using enum live::ConsentChannel;
  live::Consent consent{.text_version = fmt::format("study v{}", wish.by.consent.version),
                        .text_sha256 = wish.by.consent.sha256_hex,
                        .locale = wish.locale,
                        .given_at = rfc3339(wish.given_utc_ns),
                        .channels = {Microphone, Model, Messages}};
  if (wish.camera) consent.channels.push_back(Camera);
  return consent;
}

gemini::LiveSettings settings_of(const gemini::LiveSettings& usual, const studies::Preset& preset) {
  const auto or_usual = [](const std::string& text, const std::string& other) {
    return text.empty() ? other : text;
  };
  return {.model = or_usual(preset.model, usual.model),
          .voice = or_usual(preset.voice, usual.voice),
          .instruction = or_usual(preset.instruction, usual.instruction)};
}

Task<BegunTalk> begin(live::Live& live, chat::Chats& chats, TalkWish wish, Deadline deadline) {
  std::string chat_id = wish.by.chat_id.value_or("");
  if (chat_id.empty()) {
    const auto chat = co_await chats.create(
        wish.by.owner, fmt::format("{} · P{}", wish.by.study_title, wish.by.number), deadline);
    chat_id = chat.id.value;
  }
  live::LiveSessionCreate create{.chat_id = chat_id, .record = true, .consent = consent_of(wish)};
  live::Begun begun =
      co_await live::begin(live, wish.by.owner, std::move(create),
                           settings_of(live.gemini().settings(), wish.preset), deadline);
  co_return BegunTalk{.id = std::move(begun.id),
                      .chat_id = std::move(chat_id),
                      .response = std::move(begun.response)};
}

Task<std::optional<gemini::LiveSettings>> preset(Participations& participations,
                                                 gemini::Gemini& gemini,
                                                 session::LiveSessionId id) {
  const auto found = co_await participations.preset_of(std::move(id));
  if (!found) co_return std::nullopt;
  co_return settings_of(gemini.settings(), *found);
}

std::unexpected<Error> unknown(const std::string& member, std::string_view what,
                               const std::vector<std::string>& all) {
  return fail(ErrorCode::Invalid, fmt::format("`{}` names none of the {} here: {}.", member, what,
                                              fmt::join(all, ", ")));
}

Task<Status> check_preset(answering::ModelList& talking, gemini::Gemini& gemini, std::string place,
                          study::Condition condition, Deadline deadline) {
  const std::string& voice = condition.voice;
  const auto& voices = gemini::voices();
  if (!voice.empty() && voice != gemini.settings().voice &&
      std::ranges::find(voices, voice) == voices.end()) {
    co_return unknown(place + ".voice", "voices", voices);
  }
  if (condition.model.empty()) co_return Status{};
  const auto others = co_await talking.instead_of(std::move(condition.model), deadline);
  if (!others.empty()) co_return unknown(place + ".model", "models that talk", others);
  co_return Status{};
}

Task<std::vector<StudyFile>> files(std::shared_ptr<const account::ViewFilesOf> views,
                                   archive::Contents& archive, BlockingPool& pool, Reach reach,
                                   session::RecordingId id) {
  std::vector<StudyFile> all;
  const auto chunks = co_await archive.all_chunks(reach, id);
  if (!chunks) co_return all;  // erased meanwhile
  for (account::ViewFile& one : co_await (*views)(reach, id)) {
    all.push_back(
        {.name = std::move(one.name), .bytes = one.bytes, .content = std::move(one.content)});
  }
  if (chunks->empty()) co_return all;
  std::vector<std::int64_t> seqs;
  seqs.reserve(chunks->size());
  for (const archive::ChunkInfo& chunk : *chunks) seqs.push_back(chunk.seq);
  all.push_back({.name = "recording.mcap",
                 .bytes = std::nullopt,
                 .content = archive::mcap_source(archive, pool, reach, id, std::move(seqs))});
  co_return all;
}

std::string cookie_of(const Request& request) {
  return http::read_cookie(request.headers, studies::kParticipantCookie).value_or("");
}

/// Whether a talk needs this route.
bool is_of_talk(const http::Route& route) {
  return route.action && route.handler &&
         (route.pattern.starts_with(kTalkPath) || route.pattern.starts_with(kUploadPath)) &&
         access::may_ever(access::study_participant(""), *route.action) &&
         !access::may_ever(access::visitor(), *route.action);
}

/// The participant's own talk is the researcher's; whoever asks with the cookie of the link asks
/// for it on their behalf.
Task<Response> for_participants(Participations& participations, Action action,
                                std::shared_ptr<const http::Handler> handler, Request request) {
  const std::string cookie = cookie_of(request);
  if (!cookie.empty()) {
    const auto talk =
        co_await participations.owner_of(cookie, request.params.front(), request.deadline);
    if (talk && !talk->may_run && action != Action::WithdrawConsent) {
      // Their browser keeps what it holds, as after the end of a login.
      co_return http::problem(kUnknown, "login-needed", "This study takes nobody at the moment.");
    }
    if (talk) {
      access::Principal who = access::study_participant(talk->participant.value);
      who.user = talk->owner;
      request.principal = std::move(who);
    }
  }
  co_return co_await (*handler)(std::move(request));
}

bool is_for_participants(const Request& request) {
  return request.path.starts_with(kTalkPath) || request.path.starts_with(kUploadPath) ||
         request.path == kParticipation ||
         request.path.starts_with(std::string(kParticipation) + '/');
}

Task<http::Authenticated> authenticate(Participations& participations,
                                       std::shared_ptr<const http::Gate> gate,
                                       const Request* request) {
  auto known = co_await gate->authenticate(*request);
  if (known || known.error().status != kUnknown || !is_for_participants(*request)) co_return known;
  const std::string cookie = cookie_of(*request);
  if (cookie.empty()) co_return known;
  const auto id = co_await participations.participant_of(cookie, request->deadline);
  if (!id) co_return known;
  co_return http::Known{access::study_participant(*id)};
}

}  // namespace

studies::BeginTalk begin_study_talk(live::Live& live, chat::Chats& chats) {
  return [&live, &chats](TalkWish wish, Deadline deadline) {
    return begin(live, chats, std::move(wish), deadline);
  };
}

live::PresetOf study_presets(Participations& participations, gemini::Gemini& gemini) {
  return [&participations, &gemini](session::LiveSessionId id) {
    return preset(participations, gemini, std::move(id));
  };
}

studies::CheckPreset check_study_preset(answering::ModelList& talking, gemini::Gemini& gemini) {
  return [&talking, &gemini](std::string place, study::Condition condition, Deadline deadline) {
    return check_preset(talking, gemini, std::move(place), std::move(condition), deadline);
  };
}

studies::FilesOf study_files(account::ViewFilesOf views, archive::Uses<archive::Contents> archive,
                             BlockingPool& pool) {
  const auto held = std::make_shared<const account::ViewFilesOf>(std::move(views));
  archive::Contents& contents = archive.part<archive::Contents>();
  return [held, &contents, &pool](Reach reach, std::string recording) {
    return files(held, contents, pool, std::move(reach),
                 session::RecordingId(std::move(recording)));
  };
}

http::Routes with_participants(Participations& participations, http::Routes routes) {
  for (http::Route& route : routes) {
    if (!is_of_talk(route)) continue;
    auto handler = std::make_shared<const http::Handler>(std::move(route.handler));
    route.handler = [&participations, action = *route.action, handler](Request request) {
      return for_participants(participations, action, handler, std::move(request));
    };
  }
  return routes;
}

http::Gate with_participants(Participations& participations, http::Gate gate) {
  const auto before = std::make_shared<const http::Gate>(gate);
  gate.authenticate = [&participations, before](const Request& request) {
    return authenticate(participations, before, &request);
  };
  return gate;
}

http::Routes with_link_rates(limits::Limiter& limiter, http::Routes routes) {
  for (http::Route& one : routes) {
    if (one.pattern == studies::kOpenPath || one.pattern == studies::kConsentPath) {
      one = with_public_rate(limiter, Costly::OpenLink, std::move(one));
    }
  }
  return routes;
}

}  // namespace reprise::app
