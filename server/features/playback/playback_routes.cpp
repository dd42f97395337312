#include "features/playback/playback_routes.hpp"

#include <fmt/format.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "domain/access/access.hpp"
#include "features/playback/download_name.hpp"
#include "features/playback/mcap_download.hpp"
#include "platform/archive/api_json.hpp"
#include "platform/http/gate.hpp"
#include "platform/http/ranged.hpp"

namespace reprise::playback {
namespace json = boost::json;
using access::Action;
using access::Reach;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;
using session::Recording;
using session::RecordingId;

namespace {

/// The player asks again each time, so that no cache keeps anything of an erased recording.
constexpr const char* kCacheControl = "private, no-cache";

json::value media_of(const RecordingId& id, const std::optional<MediaFile>& media) {
  if (!media) return nullptr;
  return json::object{
      {"url", fmt::format("/api/recordings/{}/media?version={}", id.value, media->version)},
      {"version", media->version},
      {"bytes", media->bytes},
      {"duration_ms", static_cast<double>(media->duration_ns) / 1e6},
      {"has_video", media->has_video},
      {"width", media->width},
      {"height", media->height}};
}

}  // namespace

std::string manifest_of(const Recording& recording, const std::string& chat_title,
                        const ViewTexts& texts, const std::optional<MediaFile>& media,
                        bool refolding, const std::optional<access::Grant>& grant) {
  // Only while this is put together, so that its parts need no freeing one by one.
  json::monotonic_resource memory;
  json::value whole = json::parse(texts.manifest, &memory);
  json::object& manifest = whole.as_object();
  const std::int64_t expected =
      recording.last_seq
          ? *recording.last_seq + 1
          : recording.chunks_stored + static_cast<std::int64_t>(recording.missing_seqs.size());
  manifest["recording"] = grant ? archive::to_viewer_api(recording) : archive::to_api(recording);
  manifest["chat_title"] = chat_title;
  manifest["shared"] = archive::shared_of(grant);
  // The server's clock dates a recording, whatever the device's clock says.
  manifest["started_at"] = rfc3339(recording.created_utc_ns);
  manifest["refolding"] = refolding;
  manifest["media"] = media_of(recording.id, media);
  manifest["loss"] = json::object{{"chunks_expected", expected},
                                  {"chunks_stored", recording.chunks_stored},
                                  {"channels", json::parse(texts.loss, &memory)}};
  const std::string& id = recording.id.value;
  manifest["waveform_url"] = fmt::format("/api/recordings/{}/waveform", id);
  manifest["captions_url"] = fmt::format("/api/recordings/{}/captions.vtt", id);
  manifest["mcap_url"] = grant ? json::value(nullptr)
                               : json::value(fmt::format("/api/recordings/{}/recording.mcap", id));
  return json::serialize(manifest);
}

namespace {

Task<Response> get_manifest(PlaybackServices& services, Request request) {
  const RecordingId id(request.params[0]);
  const Reach reach = request.readable();
  // The film before its row: the row of a film that is there then tells of that film.
  auto media = co_await services.views.media(reach, id);
  if (!media) co_return http::problem(media.error());
  const auto recording =
      co_await services.archive.part<archive::Recordings>().find(reach, id, request.deadline);
  if (!recording) co_return http::problem(recording.error());
  std::string title;
  if (!request.grant) {
    title = co_await services.live_sessions.chat_title(reach, recording->chat_id, request.deadline);
  }
  const bool ended = recording->state != session::RecordingState::Recording;
  const bool refolding = ended && !co_await services.views.is_current(*recording, *media);
  if (ended && !refolding && !*media) {  // the film may have been stored meanwhile
    media = co_await services.views.media(reach, id);
    if (!media) co_return http::problem(media.error());
  }
  const ViewTexts texts = co_await services.views.texts(reach, id);
  co_return co_await services.reads.run([&] {
    return http::json(200, manifest_of(*recording, title, texts, *media, refolding, request.grant));
  });
}

Task<Response> erase(PlaybackServices& services, Request request) {
  const auto erased = co_await services.archive.part<archive::Erasures>().erase(
      Reach::of(request.who()), RecordingId(request.params[0]), request.deadline);
  if (!erased) co_return http::problem(erased.error());
  co_return *erased == archive::Erased::Whole
      ? http::no_content()
      : http::json(202, json::serialize(archive::files_follow()));
}

/// One text of the view, or a problem that says why it is missing.
Task<Response> get_text(PlaybackServices& services, Request request, std::string ViewTexts::* text,
                        std::string content_type) {
  const RecordingId id(request.params[0]);
  const Reach reach = request.readable();
  const auto standing =
      co_await services.archive.part<archive::Contents>().standing(reach, id, request.deadline);
  if (!standing) co_return http::problem(standing.error());
  ViewTexts texts = co_await services.views.texts(reach, id);
  Response response{.body = std::move(texts.*text)};
  response.headers.add("Content-Type", std::move(content_type));
  response.headers.add("Cache-Control", kCacheControl);
  co_return response;
}

/// Under which name browsers save a file of the recording: its own title, or that of its chat
/// (which only the owner may know), and its day. Empty when the recording was erased meanwhile.
Task<std::optional<std::string>> disposition_of(PlaybackServices& services, Reach reach,
                                                RecordingId id, std::string ending,
                                                bool own = true) {
  const auto recording = co_await services.archive.part<archive::Recordings>().find(reach, id);
  if (!recording) co_return std::nullopt;
  std::string title = recording->title.value_or("");
  if (title.empty() && own) {
    title = co_await services.live_sessions.chat_title(reach, recording->chat_id);
  }
  constexpr std::size_t kDayLetters = 10;  // of `2026-11-28T10:42:07Z`
  const std::string day = rfc3339(recording->created_utc_ns).substr(0, kDayLetters);
  co_return download_disposition(title, day, ending);
}

void name_file(Response& response, const std::optional<std::string>& disposition) {
  if (disposition) response.headers.set("Content-Disposition", *disposition);
}

/// The value of `?version=`; empty when it is absent. Errors: Invalid.
Result<std::optional<std::int64_t>> wanted_version(const Request& request) {
  const auto text = request.query_value("version");
  if (!text) return std::nullopt;
  std::int64_t version = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), version);
  if (parsed.ec != std::errc() || parsed.ptr != text->data() + text->size() || version < 1) {
    return fail(ErrorCode::Invalid, "`version` must be a whole number from 1.");
  }
  return version;
}

Task<Response> not_ready(PlaybackServices& services, Reach reach, RecordingId id) {
  const auto standing =
      co_await services.archive.part<archive::Contents>().standing(std::move(reach), id);
  if (!standing) co_return http::problem(standing.error());
  Response response = http::problem(
      Error{ErrorCode::Conflict,
            standing->reason ? "The recording is being made ready to play; try again in a second."
                             : "The recording still runs; it can be played once it has ended.",
            {},
            "media-not-ready"});
  response.headers.set("Retry-After", "1");
  co_return response;
}

/// Media or a still, from the local disk or from the bucket.
template <class File>
Response body_of(PlaybackServices& services, const Request& request, const File& file,
                 std::string content_type, std::string etag) {
  const auto bytes = static_cast<std::uint64_t>(file.bytes);
  if (file.object.empty()) {
    return http::file(request, {.path = file.path.string(), .offset = 0, .length = bytes},
                      std::move(content_type), std::move(etag), kCacheControl);
  }
  return http::ranged(
      request, bytes, std::move(content_type), std::move(etag), kCacheControl, [&](ByteRange part) {
        return services.views.objects()->open(blob::BlobKey(file.object), bytes, part);
      });
}

/// Sends the browser to the bucket. Each request gets a new link, so that no film becomes
/// unplayable because a link is old.
Response linked(std::string url) {
  Response response{.status = 302};
  response.headers.add("Location", std::move(url));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

/// A browser that opens a film by its address makes a document around it, which loads it again.
constexpr const char* kFilmPolicy = "default-src 'none'; media-src 'self'; frame-ancestors 'none'";

/// The media of the newest version, or of an older one that is still kept, when the request names
/// it. A player asks often for little, so this reads as little as possible.
Task<Response> get_media(PlaybackServices& services, Request request) {
  const RecordingId id(request.params[0]);
  const auto version = wanted_version(request);
  if (!version) co_return http::problem(version.error());
  const Reach reach = request.readable();
  const auto found = co_await services.views.media(reach, id);
  if (!found) co_return http::problem(found.error());
  std::optional<MediaFile> media = *found;
  if (!media) co_return co_await not_ready(services, reach, id);
  if (*version && **version != media->version) {
    const bool has_video = media->has_video;
    media = co_await services.views.old_media(reach, id, **version);
    if (!media) {
      co_return http::problem(
          Error{ErrorCode::NotFound, "This version of the media is not kept any more."});
    }
    media->has_video = has_video;
  }
  const std::string type = media->has_video ? "video/webm" : "audio/webm";
  std::optional<std::string> disposition;
  if (request.query_value("download"))
    disposition = co_await disposition_of(services, reach, id, "webm", !request.grant);
  // A link is for GET only, so that HEAD is answered here. It would go on working for minutes after
  // a share was taken back.
  if (services.media_link && !request.grant && !media->object.empty() &&
      request.method == Method::Get) {
    co_return co_await services.reads.run(
        [&] { return linked(services.media_link(media->object, type, disposition.value_or(""))); });
  }
  Response response =
      body_of(services, request, *media, type, fmt::format("{}-{}", id.value, media->version));
  name_file(response, disposition);
  response.headers.set("Content-Security-Policy", kFilmPolicy);
  co_return response;
}

/// A still picture, or a problem that says why it is missing.
Task<Response> get_still(PlaybackServices& services, Request request, std::string name) {
  const RecordingId id(request.params[0]);
  const auto version = wanted_version(request);
  if (!version) co_return http::problem(version.error());
  const Reach reach = request.readable();
  const auto found = co_await services.views.still(reach, id, name);
  if (!found) co_return http::problem(found.error());
  const std::optional<StillFile>& still = *found;
  if (!still) co_return co_await not_ready(services, reach, id);
  if (*version && **version != still->version) {
    co_return http::problem(
        Error{ErrorCode::NotFound, "This version of the picture is not kept any more."});
  }
  co_return body_of(services, request, *still, "image/jpeg",
                    fmt::format("{}-{}-{}", id.value, still->version, name));
}

/// `?size=` is `small` (the default) or `large`.
Task<Response> get_thumbnail(PlaybackServices& services, Request request) {
  const std::string_view size = request.query_value("size").value_or("small");
  if (size != "small" && size != "large") {
    co_return http::problem(Error{ErrorCode::Invalid, "`size` must be small or large."});
  }
  const char* name = size == "small" ? kThumbnailSmall : kThumbnailLarge;
  co_return co_await get_still(services, std::move(request), name);
}

Task<Response> get_strip(PlaybackServices& services, Request request) {
  co_return co_await get_still(services, std::move(request), kStrip);
}

constexpr const char* kMcapType = "application/vnd.mcap";

/// Sends the download while it is made: for a recording that still runs, whose file would be
/// another one each second, and when the disk has no space for a file.
Task<Result<Response>> stream_mcap(PlaybackServices& services, Reach reach, RecordingId id) {
  const auto chunks = co_await services.archive.part<archive::Contents>().all_chunks(reach, id);
  if (!chunks) co_return std::unexpected(chunks.error());
  std::vector<std::int64_t> seqs;
  seqs.reserve(chunks->size());
  for (const archive::ChunkInfo& chunk : *chunks) seqs.push_back(chunk.seq);
  Response response;
  response.headers.add("Content-Type", kMcapType);
  response.headers.add("Cache-Control", kCacheControl);
  // Each request would get a part of another file, so clients learn at once that there are no
  // ranges.
  response.headers.add("Accept-Ranges", "none");
  response.body = http::StreamBody{
      .source = mcap_download(services.archive, services.reads, reach, id, std::move(seqs)),
      .length = std::nullopt};
  co_return response;
}

Task<Response> get_mcap(PlaybackServices& services, Request request) {
  const RecordingId id(request.params[0]);
  const Reach reach = Reach::of(request.who());
  const auto standing =
      co_await services.archive.part<archive::Contents>().standing(reach, id, request.deadline);
  if (!standing) co_return http::problem(standing.error());
  std::optional<Response> response;
  if (standing->reason) {
    const auto made = co_await services.downloads.get(reach, id);
    if (!made && made.error().code != ErrorCode::StorageFull) {
      co_return http::problem(made.error());
    }
    if (made) {
      response = http::file(
          request, http::FileSlice{.path = made->path.string(), .offset = 0, .length = made->bytes},
          kMcapType, made->version, kCacheControl);
    }
  }
  if (!response) {
    auto stream = co_await stream_mcap(services, reach, id);
    if (!stream) co_return http::problem(stream.error());
    response = *std::move(stream);
  }
  if (response->status < 300)
    name_file(*response, co_await disposition_of(services, reach, id, "mcap"));
  co_return *std::move(response);
}

Task<bool> is_kept(PlaybackServices& services, Reach reach, RecordingId id) {
  co_return (co_await services.archive.part<archive::Contents>().standing(
                 std::move(reach), std::move(id), Deadline::after(http::kWatchEvery)))
      .has_value();
}

/// An erase ends the answer, however slowly it is read: who has opened a file keeps its bytes, also
/// those of one that was removed.
Task<Response> while_kept(PlaybackServices& services, Reach reach, RecordingId id,
                          Task<Response> answer) {
  Response response = co_await std::move(answer);
  response.still = [&services, reach = std::move(reach), id = std::move(id)] {
    return is_kept(services, reach, id);
  };
  co_return response;
}

}  // namespace

http::Routes playback_routes(PlaybackServices& services) {
  const auto with = [&services](Task<Response> (*handle)(PlaybackServices&, Request)) {
    return [&services, handle](Request request) {
      const RecordingId id(request.params[0]);
      const Reach reach = request.readable();
      return while_kept(services, reach, id, handle(services, std::move(request)));
    };
  };
  const auto with_text = [&services](std::string ViewTexts::* text, const char* content_type) {
    return [&services, text, content_type](Request request) {
      const RecordingId id(request.params[0]);
      const Reach reach = request.readable();
      return while_kept(services, reach, id,
                        get_text(services, std::move(request), text, content_type));
    };
  };
  return {
      guarded(Action::ReadRecording,
              {Method::Get, "/api/recordings/{id:uuid}", with(get_manifest)}),
      guarded(Action::EraseRecording,
              {Method::Delete, "/api/recordings/{id:uuid}",
               [&services](Request request) { return erase(services, std::move(request)); }}),
      guarded(Action::PlayRecording,
              {Method::Get, "/api/recordings/{id:uuid}/media", with(get_media)}),
      guarded(Action::ReadRecording,
              {Method::Get, "/api/recordings/{id:uuid}/thumbnail", with(get_thumbnail)}),
      guarded(Action::ReadRecording,
              {Method::Get, "/api/recordings/{id:uuid}/strip", with(get_strip)}),
      guarded(Action::ReadRecording, {Method::Get, "/api/recordings/{id:uuid}/waveform",
                                      with_text(&ViewTexts::waveform, "application/json")}),
      guarded(Action::ReadRecording, {Method::Get, "/api/recordings/{id:uuid}/captions.vtt",
                                      with_text(&ViewTexts::captions, "text/vtt; charset=utf-8")}),
      guarded(Action::ReadRecording, {Method::Get, "/api/recordings/{id:uuid}/events",
                                      with_text(&ViewTexts::events, "application/jsonl")}),
      guarded(Action::DownloadRecord,
              {Method::Get, "/api/recordings/{id:uuid}/recording.mcap", with(get_mcap)}),
  };
}

}  // namespace reprise::playback
