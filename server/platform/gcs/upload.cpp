// Uploads objects in pieces. After each answer it goes on from what the store says it has.

#include <algorithm>

#include "base/crc32c.hpp"
#include "platform/gcs/objects.hpp"
#include "platform/gcs/upload_progress.hpp"

namespace reprise::gcs {
namespace {

constexpr std::chrono::seconds kPieceWithin{60};
/// After so many pieces in a row of which the store kept nothing, the upload fails.
constexpr int kInVainMax = 5;

std::unexpected<Error> stuck(std::string detail) {
  return fail(ErrorCode::Unavailable, "The object store cannot do this now.", {},
              std::move(detail));
}

}  // namespace

/// An upload under way. It keeps only the part of the content that is not stored yet.
struct Objects::Upload {
  explicit Upload(http::BodySource& from) : source(from) {}
  http::BodySource& source;
  std::string session = {};  ///< a secret: its holder may write
  UploadProgress progress = {};
  std::string kept = {};  ///< from `progress.stored()` on
  Content content = {};   ///< of what was read so far
  bool ended = false;

  Task<void> fill() {
    while (!ended && kept.size() < kPieceBytes) {
      const Bytes piece = co_await source.next();
      ended = piece.empty();
      content.bytes += piece.size();
      content.crc32c = crc32c_after(content.crc32c, piece);
      kept += as_text(piece);
    }
  }
  /// Reads the rest of the source, so that `content` describes the whole.
  Task<void> drain() {
    while (!ended) {
      kept.clear();
      co_await fill();
    }
  }
  bool is_last() const { return ended && kept.size() <= kPieceBytes; }
  std::size_t piece_bytes() const { return std::min<std::size_t>(kept.size(), kPieceBytes); }
  Status learn(const http::ClientResponse& answer) {
    const std::uint64_t before = progress.stored();
    const Status known = progress.learn(answer.headers.find("Range"), before + piece_bytes());
    if (known) kept.erase(0, progress.stored() - before);
    return known;
  }
};

Task<Result<std::string>> Objects::begin(std::string key, Deadline deadline) {
  const auto answer = co_await ask({.request = begin_request(address_, key),
                                    .repeatable = Repeatable::WithPrecondition,
                                    .deadline = deadline});
  if (!answer) co_return std::unexpected(answer.error());
  if (answer->status != 200 && answer->status != 201) {
    co_return std::unexpected(refusal(*answer, "begin"));
  }
  std::string session(answer->headers.find("Location").value_or(""));
  if (!is_own_session(address_, session)) co_return stuck("begin: a session of somebody else");
  co_return session;
}

/// Sends the next piece. When its answer is lost, asks how much is stored.
Task<Answered> Objects::send_piece(Upload& upload, Deadline deadline) {
  const std::size_t bytes = upload.piece_bytes();
  const auto total =
      upload.is_last() ? std::optional<std::uint64_t>(upload.content.bytes) : std::nullopt;
  auto answer =
      co_await ask({.request = piece_request(upload.session, upload.progress.range_of(bytes, total),
                                             upload.kept.substr(0, bytes)),
                    .repeatable = Repeatable::Never,
                    .deadline = deadline,
                    .attempt_within = kPieceWithin});
  if (answer || deadline.passed()) co_return answer;
  co_return co_await ask({.request = piece_request(upload.session, UploadProgress::question(), ""),
                          .deadline = deadline});
}

Task<Result<ObjectInfo>> Objects::put_pieces(std::string key, http::BodySource& source,
                                             Deadline deadline) {
  Upload upload(source);
  auto session = co_await begin(key, deadline);
  if (!session && session.error().code == ErrorCode::Conflict) {
    co_await upload.drain();
    co_return co_await settle(std::move(key), {.status = 412}, upload.content, deadline);
  }
  if (!session) co_return std::unexpected(std::move(session.error()));
  upload.session = *std::move(session);
  for (int in_vain = 0; in_vain < kInVainMax;) {
    co_await upload.fill();
    const std::uint64_t before = upload.progress.stored();
    auto answer = co_await send_piece(upload, deadline);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    if (answer->status == 404 || answer->status == 410) co_return stuck("the upload is lost");
    if (answer->status != 308) {
      co_await upload.drain();
      co_return co_await settle(std::move(key), *std::move(answer), upload.content, deadline);
    }
    if (const auto known = upload.learn(*answer); !known) {
      co_return stuck("upload: " + known.error().client_message);
    }
    in_vain = upload.progress.stored() > before ? 0 : in_vain + 1;
    if (in_vain > 0) co_await sleep_for(wait_before(in_vain, 1.0, {}));
  }
  co_return stuck("upload: nothing of a piece is stored, again and again");
}

}  // namespace reprise::gcs
