#include "platform/gcs/objects.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/log.hpp"
#include "platform/gcs/upload_progress.hpp"

namespace reprise::gcs {
namespace {

/// How often a read is tried when wrong bytes come.
constexpr int kReadsMax = 3;

Error unavailable(std::string detail) {
  return {ErrorCode::Unavailable, "The object store cannot do this now.", std::move(detail)};
}

}  // namespace

Objects::Objects(Address address, Send send, TokenSource& tokens)
    : address_(std::move(address)), send_(std::move(send)), tokens_(tokens) {}

Task<Answered> Objects::ask(Call what) {
  const auto place = co_await places_.enter(what.deadline);
  if (!place) {
    co_return fail(ErrorCode::Unavailable, "The object store does not answer.", kNoAnswer,
                   "too many calls wait for it");
  }
  what.tokens = &tokens_;
  co_return co_await call(send_, std::move(what));
}

Task<Result<ObjectInfo>> Objects::look(std::string key, Deadline deadline) {
  const auto answer = co_await ask({.request = look_request(address_, key), .deadline = deadline});
  if (!answer) co_return std::unexpected(answer.error());
  if (answer->status != 200) co_return std::unexpected(refusal(*answer, "look"));
  co_return read_object(address_, answer->body);
}

/// Learns from the last answer to a put whether the object is stored.
Task<Result<ObjectInfo>> Objects::settle(std::string key, http::ClientResponse answer, Content ours,
                                         Deadline deadline) {
  const bool made = answer.status == 200 || answer.status == 201;
  if (!made && answer.status != 412) co_return std::unexpected(refusal(answer, "put"));
  auto stored = made ? read_object(address_, answer.body) : co_await look(key, deadline);
  if (!stored) co_return stored;
  if (stored->bytes == ours.bytes && stored->crc32c == ours.crc32c) co_return stored;
  if (!made) {
    log::warn("gcs.conflict", {{"key", key}, {"bytes", ours.bytes}, {"there", stored->bytes}});
    co_return fail(ErrorCode::Conflict, "Other content is stored under this key.");
  }
  // The content was changed on the way, so nobody may find it.
  log::error("gcs.stored_wrong", {{"key", key}, {"bytes", ours.bytes}});
  (void)co_await remove_generation(key, stored->generation, deadline);
  co_return std::unexpected(unavailable("put: the store confirmed another CRC32C"));
}

Task<Result<ObjectInfo>> Objects::put(std::string key, std::string content, Deadline deadline) {
  if (content.size() > kPieceBytes) {
    struct Memory final : http::BodySource {
      explicit Memory(std::string text) : left(std::move(text)) {}
      Task<Bytes> next() override {
        const ByteView rest = as_bytes(left).subspan(at);
        const ByteView piece = rest.first(std::min<std::size_t>(rest.size(), kPieceBytes));
        at += piece.size();
        co_return Bytes(piece.begin(), piece.end());
      }
      const std::string left;
      std::size_t at = 0;
    } memory(std::move(content));
    co_return co_await put_pieces(std::move(key), memory, deadline);
  }
  const Content ours{content.size(), crc32c(as_bytes(content))};
  auto answer =
      co_await ask({.request = put_request(address_, key, std::move(content), ours.crc32c),
                    .repeatable = Repeatable::WithPrecondition,
                    .deadline = deadline});
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  co_return co_await settle(std::move(key), *std::move(answer), ours, deadline);
}

Task<Result<Bytes>> Objects::read(std::string key, ByteRange range, Deadline deadline) {
  Call what{.request = read_request(address_, key, range, std::nullopt), .deadline = deadline};
  what.request.body_bytes_max = kReadBytesMax;
  for (int count = 1; count <= kReadsMax; ++count) {
    const auto answer = co_await hedged([this, what] { return ask(what); }, durations_);
    if (!answer) co_return std::unexpected(answer.error());
    if (answer->status != 200 && answer->status != 206) {
      co_return std::unexpected(refusal(*answer, "read"));
    }
    if (auto bytes = read_bytes(*answer, range)) co_return *std::move(bytes);
    log::warn("gcs.read_wrong", {{"key", key}, {"count", count}});
  }
  co_return std::unexpected(unavailable("read: the bytes are not those of the store's CRC32C"));
}

Task<Answered> Objects::remove_generation(std::string key, std::int64_t generation,
                                          Deadline deadline) {
  co_return co_await ask({.request = remove_request(address_, key, generation),
                          .repeatable = Repeatable::WithPrecondition,
                          .deadline = deadline});
}

Task<Status> Objects::remove(std::string key, Deadline deadline) {
  const auto there = co_await look(key, deadline);
  if (!there && there.error().code == ErrorCode::NotFound) co_return Status{};
  if (!there) co_return std::unexpected(there.error());
  co_return co_await remove(std::move(key), there->generation, deadline);
}

Task<Status> Objects::remove(std::string key, std::int64_t generation, Deadline deadline) {
  const auto answer = co_await remove_generation(std::move(key), generation, deadline);
  if (!answer) co_return std::unexpected(answer.error());
  const bool gone = answer->status == 200 || answer->status == 204 || answer->status == 404;
  if (!gone) co_return std::unexpected(refusal(*answer, "remove"));
  co_return Status{};
}

Task<Result<ObjectPage>> Objects::list(std::string key_prefix, std::string cursor,
                                       Deadline deadline, int page_max) {
  const auto answer = co_await ask(
      {.request = list_request(address_, key_prefix, cursor, page_max), .deadline = deadline});
  if (!answer) co_return std::unexpected(answer.error());
  if (answer->status != 200) co_return std::unexpected(refusal(*answer, "list"));
  co_return read_page(address_, answer->body);
}

}  // namespace reprise::gcs
