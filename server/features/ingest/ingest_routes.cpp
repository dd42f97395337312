#include "features/ingest/ingest_routes.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <charconv>

#include "domain/access/access.hpp"
#include "domain/recording/format/chunk.hpp"
#include "features/ingest/content_digest.hpp"
#include "features/ingest/list_wish.hpp"
#include "platform/archive/api_json.hpp"
#include "platform/http/gzip.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/page_json.hpp"

namespace reprise::ingest {
namespace json = boost::json;
using access::Action;
using access::Reach;
using archive::Recordings;
using archive::Uploads;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;
using session::RecordingEnd;
using session::RecordingId;

namespace {

constexpr std::string_view kChunkType = "application/vnd.mcap";

struct RecordingFinish {
  std::int64_t last_seq = 0;
  RecordingEnd reason = RecordingEnd::Error;
};
BOOST_DESCRIBE_STRUCT(RecordingFinish, (), (last_seq, reason))

struct RecordingRename {
  std::string title;
};
BOOST_DESCRIBE_STRUCT(RecordingRename, (), (title))

json::object to_api(const archive::ChunkInfo& chunk) {
  return {{"seq", chunk.seq},
          {"bytes", chunk.bytes},
          {"sha256", chunk.sha256_hex},
          {"crc32c", chunk.crc32c}};
}

json::object to_api(const archive::RecordingTotals& totals) {
  return {{"recordings", totals.recordings},
          {"duration_ms", static_cast<double>(totals.duration_ns) / 1e6},
          {"bytes", totals.bytes},
          {"models", json::value_from(totals.models)}};
}

std::string list_text(const Page<session::Recording>& page,
                      const std::optional<archive::RecordingTotals>& totals) {
  json::object body = http::page_object(
      "recordings", page, [](const session::Recording& one) { return archive::to_api(one); });
  body["totals"] = totals ? json::value(to_api(*totals)) : json::value(nullptr);
  return json::serialize(body);
}

Task<Response> list_recordings(Recordings& archive, BlockingPool& reads, Request request) {
  const auto wish = list_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto page = co_await archive.list(request.who().user, wish->page, wish->filter, wish->sort,
                                          request.deadline);
  std::optional<archive::RecordingTotals> totals;
  // Made for the first page only: the sums read every row, and are the same for all pages.
  if (!wish->page.after)
    totals = co_await archive.totals(request.who().user, wish->filter, request.deadline);
  co_return co_await reads.run(
      [&] { return http::gzipped(request, http::json(200, list_text(page, totals))); });
}

struct RetentionWish {
  std::optional<std::int64_t> keep_days;
  bool hold = false;
};
BOOST_DESCRIBE_STRUCT(RetentionWish, (), (keep_days, hold))

Task<Response> keep(Recordings& archive, Request request) {
  const auto wish = co_await http::read_json<RetentionWish>(request);
  if (!wish) co_return http::problem(wish.error());
  const auto kept =
      co_await archive.keep(Reach::of(request.who()), RecordingId(request.params[0]),
                            {.days = wish->keep_days, .hold = wish->hold}, request.deadline);
  if (!kept) co_return http::problem(kept.error());
  co_return http::json(200, json::serialize(archive::to_api(*kept)));
}

Task<Response> rename(Recordings& archive, Request request) {
  const auto wish = co_await http::read_json<RecordingRename>(request);
  if (!wish) co_return http::problem(wish.error());
  const auto title = session::given_title(wish->title);
  if (!title) co_return http::problem(title.error());
  const auto renamed = co_await archive.rename(
      Reach::of(request.who()), RecordingId(request.params[0]), *title, request.deadline);
  if (!renamed) co_return http::problem(renamed.error());
  co_return http::json(200, json::serialize(archive::to_api(*renamed)));
}

Response chunks_json(const archive::ChunkListing& listing) {
  auto body = http::page_object("chunks", listing.chunks,
                                [](const archive::ChunkInfo& chunk) { return to_api(chunk); });
  body["last_seq"] = json::value_from(listing.last_seq);
  body["highest_seq"] = json::value_from(listing.highest_seq);
  return http::json(200, json::serialize(body));
}

Task<Response> list_chunks(Uploads& archive, BlockingPool& reads, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto listing = co_await archive.chunks(
      Reach::of(request.who()), RecordingId(request.params[0]), *wish, request.deadline);
  if (!listing) co_return http::problem(listing.error());
  co_return co_await reads.run([&] { return chunks_json(*listing); });
}

Task<Response> put_chunk(Uploads& archive, Request request) {
  const std::string_view type = request.headers.find("Content-Type").value_or("");
  if (type != kChunkType) {
    co_return http::problem(
        Error{ErrorCode::Unsupported, "A chunk is sent as application/vnd.mcap."});
  }
  const auto digest = parse_content_digest(request.headers.find("Content-Digest").value_or(""));
  if (!digest) co_return http::problem(digest.error());
  std::int64_t seq = 0;
  std::from_chars(request.params[1].data(), request.params[1].data() + request.params[1].size(),
                  seq);
  // The row is read first, so that the client does not send a body that will be refused (`100
  // Continue`).
  auto wish = co_await archive.admit_chunk(Reach::of(request.who()), RecordingId(request.params[0]),
                                           session::Seq(seq), *digest, request.deadline);
  if (!wish) co_return http::problem(wish.error());
  auto bytes = co_await request.body->read_all();
  if (!bytes) co_return http::problem(bytes.error());
  const auto stored =
      co_await archive.put_chunk(*std::move(wish), *std::move(bytes), request.deadline);
  if (!stored) co_return http::problem(stored.error());
  co_return http::json(201, json::serialize(to_api(*stored)));
}

Task<Response> finish(Uploads& archive, Request request) {
  const auto wish = co_await http::read_json<RecordingFinish>(request);
  if (!wish) co_return http::problem(wish.error());
  if (wish->last_seq < -1 || wish->last_seq > session::kSeqMax) {
    co_return http::problem(Error{ErrorCode::Invalid, "`last_seq` must be from -1 to 2147483647."});
  }
  if (wish->reason == RecordingEnd::Abandoned) {
    co_return http::problem(
        Error{ErrorCode::Invalid, "`reason` must be one of hangup, lost, crash, error."});
  }
  const auto finished =
      co_await archive.finish(Reach::of(request.who()), RecordingId(request.params[0]),
                              wish->last_seq, wish->reason, request.deadline);
  if (!finished) co_return http::problem(finished.error());
  co_return http::json(200, json::serialize(archive::to_api(*finished)));
}

/// A handler of what one part of the archive does.
template <class Part>
http::Handler with(Part& part, Task<Response> (*handle)(Part&, Request)) {
  return [&part, handle](Request request) { return handle(part, std::move(request)); };
}
template <class Part>
http::Handler with(Part& part, BlockingPool& reads,
                   Task<Response> (*handle)(Part&, BlockingPool&, Request)) {
  return
      [&part, &reads, handle](Request request) { return handle(part, reads, std::move(request)); };
}

}  // namespace

http::Routes ingest_routes(archive::Uses<Uploads, Recordings> archive, BlockingPool& reads) {
  auto& uploads = archive.part<Uploads>();
  auto& recordings = archive.part<Recordings>();
  return {
      guarded(Action::ListRecordings,
              {Method::Get, "/api/recordings", with(recordings, reads, list_recordings)}),
      guarded(Action::RenameRecording,
              {Method::Patch, "/api/recordings/{id:uuid}", with(recordings, rename)}),
      guarded(Action::SetRetention,
              {Method::Put, "/api/recordings/{id:uuid}/retention", with(recordings, keep)}),
      guarded(Action::ListChunks,
              {Method::Get, "/api/recordings/{id:uuid}/chunks", with(uploads, reads, list_chunks)}),
      guarded(Action::StoreChunk, {.method = Method::Put,
                                   .pattern = "/api/recordings/{id:uuid}/chunks/{seq:uint}",
                                   .handler = with(uploads, put_chunk),
                                   .body_bytes_max = recording::kChunkBytesMax}),
      guarded(Action::FinishRecording,
              {Method::Post, "/api/recordings/{id:uuid}/finish", with(uploads, finish)}),
  };
}

}  // namespace reprise::ingest
