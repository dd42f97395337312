#include "platform/uploads/uploads.hpp"

#include <fmt/format.h>

#include "base/id.hpp"
#include "base/log.hpp"
#include "platform/uploads/rows.hpp"
#include "platform/uploads/writer.hpp"

namespace reprise::uploads {

using blob::BlobKey;
using database::Row;
using database::Transaction;
using database::usual_deadline;

namespace {

/// A tail that is shorter is put together with what follows, so that a client that sends a little
/// at a time does not make an object of each bit.
constexpr std::int64_t kTailMergedBelow = 256 * 1024;
constexpr std::int64_t kAtOnce = 100;
/// Whoever sent the last byte has it checked within that time, or has gone.
constexpr std::chrono::minutes kCheckedWithin{2};

constexpr std::string_view kColumns =
    "upload_id, owner_id, content_id, state, name, byte_count, stored_bytes, media_type, "
    "file_bytes, coalesce(sha256_hex, ''), width, height, duration_ms, created_utc_ns, "
    "touched_utc_ns, preview, declared_type, tus_metadata";

Upload upload_of(const Row& row) {
  return {.id = UploadId(row.text(0)),
          .owner = UserId(row.text(1)),
          .content_id = row.text(2),
          .state = row.text(3) == "complete" ? State::Complete : State::Open,
          .name = row.text(4),
          .declared_type = row.text(16),
          .tus_metadata = row.text(17),
          .length = row.maybe_integer(5),
          .offset = row.integer(6),
          .media_type = row.text(7),
          .bytes = row.integer(8),
          .sha256_hex = row.text(9),
          .width = row.maybe_integer(10),
          .height = row.maybe_integer(11),
          .duration_ms = row.maybe_integer(12),
          .has_preview = row.text(15) == "ready",
          .awaits_preview = row.text(15) == "wanted",
          .created_utc_ns = row.integer(13),
          .touched_utc_ns = row.integer(14)};
}

std::unexpected<Error> too_large(const Limits& limits) {
  return fail(ErrorCode::TooLarge,
              fmt::format("`file` may have at most {} MiB.", limits.bytes_max >> 20));
}

/// Whether the person may begin a further one. What is announced counts, too.
Status has_room(Transaction& transaction, const UserId& owner, std::int64_t length,
                const Limits& limits) {
  const auto row = transaction.first(
      "select count(*) from upload where owner_id = $1 and state = 'open'", {owner.value});
  if (row->integer(0) >= kOpenMax) {
    return fail(ErrorCode::Conflict,
                fmt::format("{} uploads are open. Finish or cancel some of them.", kOpenMax),
                "too-many-uploads");
  }
  return within_quota(transaction, owner, length, limits);
}

/// Takes the right to write from whoever has it.
void become_writer(Transaction& transaction, const UploadId& id, const std::string& name) {
  transaction.run("update upload set writer = $2 where upload_id = $1", {id.value, name});
}

Result<std::optional<std::int64_t>> agreed_length(Transaction& transaction, const Upload& upload,
                                                  std::optional<std::int64_t> length,
                                                  const Limits& limits) {
  if (!length) return upload.length;
  if (upload.length && *upload.length != *length) {
    return fail(ErrorCode::Conflict, fmt::format("`Upload-Length` was {} before.", *upload.length),
                "upload-length");
  }
  if (*length < upload.offset) {
    return fail(
        ErrorCode::Conflict,
        fmt::format("`Upload-Length` is less than the {} bytes that are here.", upload.offset),
        "upload-length");
  }
  if (*length > limits.bytes_max) return too_large(limits);
  if (!upload.length) {
    const std::int64_t more = *length - upload.offset;
    if (auto room = within_quota(transaction, upload.owner, more, limits); !room) {
      return std::unexpected(room.error());
    }
  }
  return length;
}

}  // namespace

std::int64_t expires_utc_ns(const Upload& upload) {
  return upload.touched_utc_ns + std::chrono::nanoseconds(kKept).count();
}

Status within_quota(Transaction& transaction, const UserId& owner, std::int64_t more,
                    const Limits& limits) {
  const auto row = transaction.first(
      "select coalesce(sum(case when state = 'complete' then file_bytes else coalesce(byte_count, "
      "stored_bytes) end), 0) from upload where owner_id = $1 and state <> 'removing'",
      {owner.value});
  if (row->integer(0) + more <= limits.quota_bytes) return {};
  return fail(ErrorCode::TooLarge,
              "Your files take up all the room that you have. Delete messages with files that you "
              "do not need any more.",
              "upload-quota");
}

std::unexpected<Error> no_upload() { return fail(ErrorCode::NotFound, "You have no such upload."); }

std::optional<Upload> upload_in(Transaction& transaction, const Reach& reach, const UploadId& id) {
  static const std::string sql = fmt::format(
      "select {} from upload where upload_id = $1 and owner_id = coalesce($2, owner_id) and state "
      "<> 'removing' and (attached = 0 or exists (select 1 from message_upload m where m.upload_id "
      "= upload.upload_id))",
      kColumns);
  const auto row = transaction.first(sql, {id.value, reach.owner()});
  if (!row) return std::nullopt;
  return upload_of(*row);
}

std::vector<StoredPart> parts_in(Transaction& transaction, const std::string& content) {
  std::vector<StoredPart> parts;
  const auto found = transaction.run(
      "select first_byte, byte_count, object_key from upload_part where content_id = $1 order by "
      "first_byte",
      {content});
  parts.reserve(found.rows.size());
  for (const Row& row : found.rows) {
    parts.push_back(
        {.first_byte = row.integer(0), .byte_count = row.integer(1), .object_key = row.text(2)});
  }
  return parts;
}

void insert_part(Transaction& transaction, const std::string& content, const StoredPart& part) {
  transaction.run(
      "insert into upload_part (content_id, first_byte, byte_count, object_key) values ($1, $2, "
      "$3, $4)",
      {content, part.first_byte, part.byte_count, part.object_key});
}

std::string replace_part(Transaction& transaction, const std::string& content,
                         const StoredPart& part) {
  const auto old = transaction.first(
      "select object_key from upload_part where content_id = $1 and first_byte = $2",
      {content, part.first_byte});
  if (!old) throw std::runtime_error("a part of an upload is gone");
  transaction.run(
      "update upload_part set object_key = $3 where content_id = $1 and first_byte = $2",
      {content, part.first_byte, part.object_key});
  return old->text(0);
}

BlobKey folder_of(const std::string& content) { return BlobKey("uploads/" + content); }

std::string new_key(const std::string& content, std::int64_t first_byte) {
  return fmt::format("uploads/{}/{:016}-{}", content, first_byte, new_uuid7());
}

Task<Result<Upload>> Uploads::create(UserId owner, std::string name,
                                     std::optional<std::int64_t> length, Deadline deadline,
                                     Declared declared) {
  if (length.value_or(0) > limits_.bytes_max) co_return too_large(limits_);
  const UploadId id(new_uuid7());
  const std::int64_t now = now_();
  auto made = co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Upload> {
    if (auto room = has_room(transaction, owner, length.value_or(0), limits_); !room) {
      return std::unexpected(room.error());
    }
    transaction.run(
        "insert into upload (upload_id, owner_id, content_id, state, name, byte_count, "
        "created_utc_ns, touched_utc_ns, declared_type, tus_metadata) values ($1, $2, $1, 'open', "
        "$3, $4, $5, $5, $6, $7)",
        {id.value, owner.value, name, length, now, declared.type, declared.tus_metadata});
    return upload_in(transaction, Reach::of(owner), id).value();
  });
  if (!made || !made->is_whole()) co_return made;
  co_return co_await complete(Reach::of(owner), id);
}

Task<Result<Upload>> Uploads::find(Reach reach, UploadId id, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<Upload> {
    auto found = upload_in(transaction, reach, id);
    if (!found) return no_upload();
    return *std::move(found);
  });
}

/// Waits until the writer here has ended, but not for long.
Task<void> Uploads::let_go(UploadId id) {
  constexpr std::chrono::milliseconds kLookEvery{10};
  std::weak_ptr<Turn> older;
  {
    const std::lock_guard lock(mutex_);
    const auto known = turns_.find(id.value);
    if (known == turns_.end()) co_return;
    older = known->second;
    if (const auto turn = older.lock()) turn->let_go = true;
  }
  const Deadline until = Deadline::after(kLetGoWithin);
  while (!older.expired() && !until.passed()) co_await sleep_for(kLookEvery);
}

std::shared_ptr<Turn> Uploads::take_turn(const UploadId& id) {
  auto turn = std::make_shared<Turn>();
  const std::lock_guard lock(mutex_);
  std::erase_if(turns_, [](const auto& one) { return one.second.expired(); });
  turns_[id.value] = turn;
  return turn;
}

Task<Result<Upload>> Uploads::look(Reach reach, UploadId id, Deadline deadline) {
  const auto known = co_await find(reach, id, deadline);
  if (!known || known->state == State::Complete) co_return known;
  co_await let_go(id);
  auto found = co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Upload> {
    auto one = upload_in(transaction, reach, id);
    if (!one) return no_upload();
    if (one->state == State::Open) become_writer(transaction, id, "");
    return *std::move(one);
  });
  if (!found || found->state == State::Complete || !found->is_whole()) co_return found;
  co_return co_await complete(std::move(reach), std::move(id));
}

Task<Result<std::unique_ptr<Writer>>> Uploads::begin(Reach reach, UploadId id, std::int64_t offset,
                                                     std::optional<std::int64_t> length,
                                                     std::optional<upload::WantedChecksum> checksum,
                                                     Deadline deadline) {
  using Begun = Result<std::unique_ptr<Writer>>;
  std::string name = new_uuid7();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Begun {
    auto found = upload_in(transaction, reach, id);
    if (!found) return no_upload();
    if (offset != found->offset) {
      return fail(ErrorCode::Conflict, fmt::format("`Upload-Offset` must be {}.", found->offset),
                  "upload-offset");
    }
    const auto whole = agreed_length(transaction, *found, length, limits_);
    if (!whole) return std::unexpected(whole.error());
    if (found->state == State::Open) {
      become_writer(transaction, id, name);
      transaction.run("update upload set byte_count = $2 where upload_id = $1", {id.value, *whole});
    }
    found->length = *whole;
    std::optional<StoredPart> tail;
    for (StoredPart& part : parts_in(transaction, found->content_id)) {
      if (part.byte_count < kTailMergedBelow && part.first_byte + part.byte_count == offset) {
        tail = std::move(part);
      }
    }
    return std::make_unique<Writer>(*this, *std::move(found), std::move(name), std::move(checksum),
                                    std::move(tail), take_turn(id));
  });
}

Task<Status> Uploads::remove(Reach reach, UploadId id, Deadline deadline) {
  const auto gone =
      co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Status {
        if (!upload_in(transaction, reach, id)) return no_upload();
        if (transaction.first("select 1 from message_upload where upload_id = $1", {id.value})) {
          return fail(ErrorCode::Conflict,
                      "A message has this file. Delete the message to remove it.",
                      "upload-attached");
        }
        transaction.run("update upload set state = 'removing', writer = '' where upload_id = $1",
                        {id.value});
        return {};
      });
  if (!gone) co_return gone;
  try {
    co_await drop(std::move(id));
  } catch (const blob::StoreFailed& error) {  // `sweep` goes on with it
    log::warn("upload.not_removed", {{"what", error.what()}});
  }
  co_return Status{};
}

Task<std::vector<Upload>> Uploads::list(UserId owner, std::string after, std::int64_t count_max,
                                        Deadline deadline) {
  static const std::string sql = fmt::format(
      "select {} from upload where owner_id = $1 and upload_id > $2 and state = 'complete' order "
      "by upload_id limit $3",
      kColumns);
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    std::vector<Upload> found;
    const auto rows = transaction.run(sql, {owner.value, after, count_max});
    found.reserve(rows.rows.size());
    for (const Row& row : rows.rows) found.push_back(upload_of(row));
    return found;
  });
}

Task<void> Uploads::remove_all_of(UserId owner, std::int64_t made_until_utc_ns) {
  for (bool more = true; more;) {
    const auto ids =
        co_await database_.write_freeing(usual_deadline(), [&](Transaction& transaction) {
          const auto found = transaction.run(
              "update upload set state = 'removing', writer = '' where upload_id in (select "
              "upload_id from upload where owner_id = $1 and created_utc_ns <= $2 limit $3) "
              "returning upload_id",
              {owner.value, made_until_utc_ns, kAtOnce});
          std::vector<UploadId> marked;
          marked.reserve(found.rows.size());
          for (const Row& row : found.rows) marked.emplace_back(row.text(0));
          return marked;
        });
    more = !ids.empty();
    for (const UploadId& id : ids) co_await drop(id);
  }
}

Task<std::vector<UploadId>> Uploads::left_behind() {
  const std::int64_t old = now_() - std::chrono::nanoseconds(kKept).count();
  co_return co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::vector<UploadId> ids;
    const auto found = transaction.run(
        "select upload_id from upload u where state = 'removing' or (attached = 0 and "
        "touched_utc_ns <= $1) or (attached = 1 and not exists (select 1 from message_upload m "
        "where m.upload_id = u.upload_id)) limit $2",
        {old, kAtOnce});
    ids.reserve(found.rows.size());
    for (const Row& row : found.rows) ids.emplace_back(row.text(0));
    return ids;
  });
}

Task<void> Uploads::sweep() {
  for (UploadId& id : co_await left_behind()) {
    const bool marked =
        co_await database_.write_freeing(usual_deadline(), [&](Transaction& transaction) {
          return transaction
                     .run(
                         "update upload set state = 'removing', writer = '' where upload_id = $1 "
                         "and not exists (select 1 from message_upload m where m.upload_id = $1)",
                         {id.value})
                     .changed == 1;
        });
    if (marked) co_await drop(std::move(id));
  }
  // What has just come is checked by its own request.
  const std::int64_t left = now_() - std::chrono::nanoseconds(kCheckedWithin).count();
  const auto whole = co_await database_.read(usual_deadline(), [&](Transaction& transaction) {
    std::vector<UploadId> ids;
    const auto found = transaction.run(
        "select upload_id from upload where state = 'open' and byte_count = stored_bytes and "
        "touched_utc_ns <= $2 limit $1",
        {kAtOnce, left});
    ids.reserve(found.rows.size());
    for (const Row& row : found.rows) ids.emplace_back(row.text(0));
    return ids;
  });
  for (const UploadId& id : whole) {
    const auto done = co_await complete(Reach::everything(), id);
    if (!done) log::info("upload.refused", {{"upload_id", id.value}, {"type", done.error().type}});
  }
}

/// The objects go before the row, so that nothing is left when this is cut.
Task<void> Uploads::drop(UploadId id) {
  const auto content = co_await database_.write_freeing(
      usual_deadline(), [&](Transaction& transaction) -> std::optional<std::string> {
        const auto row = transaction.first(
            "select content_id from upload where upload_id = $1 and state = 'removing'",
            {id.value});
        if (!row) return std::nullopt;
        const auto others =
            transaction.first("select 1 from upload where content_id = $1 and upload_id <> $2",
                              {row->text(0), id.value});
        if (!others) return row->text(0);
        transaction.run("delete from upload where upload_id = $1", {id.value});
        return std::nullopt;
      });
  if (!content) co_return;
  co_await blobs_.remove_all(folder_of(*content), usual_deadline());
  co_await database_.write_freeing(usual_deadline(), [&](Transaction& transaction) {
    transaction.run("delete from upload_part where content_id = $1", {*content});
    transaction.run("delete from upload where upload_id = $1 and state = 'removing'", {id.value});
  });
}

}  // namespace reprise::uploads
