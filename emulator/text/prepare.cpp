#include "emulator/text/prepare.hpp"

#include <fmt/format.h>

#include "emulator/session/surroundings.hpp"

namespace reprise::emulator {
namespace {

using Failed = std::unexpected<ApiError>;

/// The bytes of an attachment that lies in the Files API.
OrError<void> fetch(Attachment& attachment, Services& services) {
  const std::size_t at = attachment.file_uri.rfind("files/");
  const std::int64_t now = services.now_utc_ns();
  const auto file = at == std::string::npos
                        ? std::nullopt
                        : services.files.find(attachment.file_uri.substr(at + 6), now);
  if (!file) {
    return Failed({403, "PERMISSION_DENIED",
                   "You do not have permission to access the File or it may not exist."});
  }
  if (file->active_utc_ns > now) {
    return Failed(
        {400, "FAILED_PRECONDITION",
         fmt::format("The File {} is not in an ACTIVE state and usage is not allowed.", file->id)});
  }
  attachment.data = *file->data;
  attachment.mime_type = file->mime_type;
  return {};
}

}  // namespace

Task<OrError<Prepared>> prepare(Ask ask, std::string model, Services* services) {
  const ScenarioText* script = scripted_text(services->scenario, ask.turns.back().text);
  if (script != nullptr && script->error) {
    ApiError error{*script->error, status_name(*script->error), "[emulator] the scenario says so."};
    if (script->retry_after.count() > 0) error.retry_after = script->retry_after;
    co_return Failed(std::move(error));
  }
  for (Attachment& attachment : ask.turns.back().attachments) {
    if (attachment.file_uri.empty()) continue;
    if (auto fetched = fetch(attachment, *services); !fetched) co_return Failed(fetched.error());
  }
  const auto media = co_await services->listening.run([&] {
    std::vector<MediaFacts> facts;
    facts.reserve(ask.turns.back().attachments.size());
    for (const Attachment& one : ask.turns.back().attachments) {
      facts.push_back(facts_of(one.mime_type, one.data, [services](const auto& sound) {
        return services->understand(sound, [] { return true; });
      }));
    }
    return facts;
  });
  std::mt19937_64 random(services->random());
  Prepared prepared{.reply = compose(ask, media, script, surroundings_of(*services), random),
                    .model = std::move(model),
                    .id = fmt::format("{:016x}", services->random()),
                    .piece_delay = services->scenario.text_piece_delay};
  if (script != nullptr && script->piece_delay) prepared.piece_delay = *script->piece_delay;
  co_return prepared;
}

}  // namespace reprise::emulator
