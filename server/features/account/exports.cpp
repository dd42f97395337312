#include "features/account/exports.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "features/account/export_zip.hpp"

namespace reprise::account {

using access::UserId;
using blob::BlobKey;
using database::Row;
using database::Transaction;
using database::usual_deadline;
using jobs::Jobs;
using jobs::Kind;

namespace {

/// As long as a very large account may take.
constexpr std::chrono::hours kMakeWithin{12};
constexpr std::uint64_t kReadBytes = std::uint64_t{1} << 20;
constexpr std::int64_t kRemovedAtOnce = 100;
constexpr std::chrono::minutes kQuiet{10};

constexpr std::string_view kColumns =
    "e.account_export_id, e.state, e.created_utc_ns, e.ready_utc_ns, e.byte_count, e.sha256_hex, "
    "coalesce((select j.given_up from job j where j.kind = 'export' and j.key = "
    "e.account_export_id), 0)";

Export export_of(const Row& row) {
  Export one{.id = row.text(0),
             .created_utc_ns = row.integer(2),
             .ready_utc_ns = row.maybe_integer(3),
             .bytes = row.maybe_integer(4),
             .sha256_hex = row.maybe_text(5)};
  if (row.text(1) == "ready") {
    one.state = ExportState::Ready;
  } else if (row.integer(6) != 0) {
    one.state = ExportState::Failed;
  }
  return one;
}

std::vector<Export> exports_of(Transaction& transaction, const UserId& user) {
  const auto found = transaction.run(
      fmt::format("select {} from account_export e where e.user_id = $1 and e.state <> 'removing' "
                  "order by e.created_utc_ns desc, e.account_export_id desc",
                  kColumns),
      {user.value});
  std::vector<Export> list;
  list.reserve(found.rows.size());
  for (const Row& row : found.rows) list.push_back(export_of(row));
  return list;
}

audit::Deed deed_of(audit::Event event, std::string id) {
  return {.event = event, .kind = audit::ObjectKind::AccountExport, .object_id = std::move(id)};
}

/// A part of an object, in pieces.
class Pieces final : public blob::BlobSource {
 public:
  Pieces(blob::BlobStore& blobs, BlobKey key, ByteRange part)
      : blobs_(blobs), key_(std::move(key)), part_(part) {}
  Task<Bytes> next() override {
    if (part_.first >= part_.last) co_return Bytes();
    const ByteRange piece{.first = part_.first,
                          .last = std::min(part_.last, part_.first + kReadBytes)};
    auto bytes = co_await blobs_.read(key_, piece, usual_deadline());
    if (!bytes || bytes->size() != piece.length()) {
      throw std::runtime_error("the export was removed during its download");
    }
    part_.first = piece.last;
    co_return *std::move(bytes);
  }

 private:
  blob::BlobStore& blobs_;
  const BlobKey key_;
  ByteRange part_;
};

/// The server ends.
struct Stopped {};

/// An attempt to make one export.
struct Attempt {
  UserId user;
  std::string prefix;
  std::string name;
  BlobKey key() const { return BlobKey(prefix + "-" + name + ".zip"); }
};

}  // namespace

std::int64_t expires_utc_ns(const Export& one) {
  return one.created_utc_ns + std::chrono::nanoseconds(kExportKept).count();
}

Task<Result<Export>> Exports::begin(audit::Doer doer, Deadline deadline) {
  const UserId user(doer.user_id);
  const Export made{.id = new_uuid7(), .created_utc_ns = now_()};
  co_return co_await stores_.database.write(
      deadline, [&](Transaction& transaction) -> Result<Export> {
        const std::vector<Export> known = exports_of(transaction, user);
        for (const Export& one : known) {
          if (one.state == ExportState::Making) return one;
        }
        if (std::ssize(known) >= kExportsMax) {
          return fail(ErrorCode::Conflict,
                      fmt::format("{} exports are kept; remove one first.", kExportsMax),
                      "too-many-exports");
        }
        transaction.run(
            "insert into account_export (account_export_id, user_id, state, object_prefix, "
            "created_utc_ns) values ($1, $2, 'making', $3, $4)",
            {made.id, user.value, fmt::format("exports/{}/{}", user.value, made.id),
             made.created_utc_ns});
        stores_.archive.part<archive::Common>().jobs().add(transaction, Kind::Export, made.id, {});
        audit_.add(transaction, doer, deed_of(audit::Event::AccountExportBegun, made.id));
        return made;
      });
}

Task<std::vector<Export>> Exports::list(UserId user, Deadline deadline) {
  co_return co_await stores_.database.read(
      deadline, [&](Transaction& transaction) { return exports_of(transaction, user); });
}

Task<bool> Exports::remove(audit::Doer doer, std::string id, Deadline deadline) {
  co_return co_await stores_.database.write_freeing(deadline, [&](Transaction& transaction) {
    const auto gone = transaction.run(
        "update account_export set state = 'removing', attempt = null where account_export_id = $1 "
        "and user_id = $2 and state <> 'removing'",
        {id, doer.user_id});
    if (gone.changed == 0) return false;
    stores_.archive.part<archive::Common>().jobs().add(transaction, Kind::RemoveExport, id, {});
    audit_.add(transaction, doer, deed_of(audit::Event::AccountExportRemoved, id));
    return true;
  });
}

Task<Result<Exports::File>> Exports::file(UserId user, std::string id, Deadline deadline) {
  co_return co_await stores_.database.read(deadline, [&](Transaction& transaction) -> Result<File> {
    const auto row = transaction.first(
        "select state, object_key, byte_count, sha256_hex, ready_utc_ns from account_export "
        "where account_export_id = $1 and user_id = $2 and state <> 'removing'",
        {id, user.value});
    if (!row) return fail(ErrorCode::NotFound, "You have no such export.");
    if (row->text(0) != "ready") {
      return fail(ErrorCode::Conflict, "The export is still being made.", "export-not-ready");
    }
    return File{.key = BlobKey(row->text(1)),
                .bytes = static_cast<std::uint64_t>(row->integer(2)),
                .sha256_hex = row->text(3),
                .made_utc_ns = row->integer(4)};
  });
}

std::unique_ptr<blob::BlobSource> Exports::open(const File& file, ByteRange part) const {
  return std::make_unique<Pieces>(stores_.blobs, file.key, part);
}

Task<void> Exports::note_download(audit::Doer doer, std::string id, Deadline deadline) {
  co_await audit_.add_once(std::move(doer),
                           deed_of(audit::Event::AccountExportDownloaded, std::move(id)),
                           std::chrono::nanoseconds(kQuiet).count(), deadline);
}

Task<void> Exports::expire() {
  const std::int64_t before = now_() - std::chrono::nanoseconds(kExportKept).count();
  co_await stores_.database.write_freeing(usual_deadline(), [&](Transaction& transaction) {
    const auto old = transaction.run(
        "update account_export set state = 'removing', attempt = null where created_utc_ns <= $1 "
        "and state <> 'removing' returning account_export_id",
        {before});
    for (const Row& row : old.rows) {
      stores_.archive.part<archive::Common>().jobs().add(transaction, Kind::RemoveExport,
                                                         row.text(0), {});
    }
  });
}

Task<void> Exports::make_due() {
  Jobs& jobs = stores_.archive.part<archive::Common>().jobs();
  for (std::string& id : co_await jobs.due(Kind::Export, 1)) {
    if (stopping_ || !co_await jobs.take(Kind::Export, id, jobs::Wish::Due)) continue;
    std::optional<std::string> failed;
    bool stopped = false;
    try {
      co_await make(id);
    } catch (const Stopped&) {
      stopped = true;
    } catch (const std::exception& error) {
      failed = error.what();
    }
    if (stopped) {
      co_await jobs.give_back(Kind::Export, id);
    } else if (failed) {
      log::warn("export.failed", {{"export_id", id}, {"what", *failed}});
      co_await jobs.failed(Kind::Export, id, *failed);
    } else {
      co_await jobs.done(Kind::Export, id);
    }
  }
}

/// Throws when an attempt need not go on.
Task<void> Exports::check(std::string id, std::string attempt) {
  if (stopping_) throw Stopped();
  const bool wanted =
      co_await stores_.database.read(usual_deadline(), [&](Transaction& transaction) {
        return transaction
            .first("select 1 from account_export where account_export_id = $1 and attempt = $2",
                   {id, attempt})
            .has_value();
      });
  if (!wanted) throw std::runtime_error("something was erased meanwhile");
}

/// Whether a local disk has room for about everything of the person.
Task<Status> Exports::room_for(UserId user) {
  blob::LocalDisk* const disk = stores_.blobs.disk();
  if (disk == nullptr) co_return Status{};
  const auto use = co_await stores_.archive.part<archive::Room>().storage(user);
  if (disk->free_bytes() < use.used_bytes + room_left_) {
    co_return fail(ErrorCode::StorageFull, "the disk has no room for the export");
  }
  co_return Status{};
}

Task<void> Exports::make(std::string id) {
  const auto attempt = co_await stores_.database.write(
      usual_deadline(), [&](Transaction& transaction) -> std::optional<Attempt> {
        std::string name = new_uuid7();
        const auto row = transaction.first(
            "update account_export set attempt = $2 where account_export_id = $1 and state = "
            "'making' returning user_id, object_prefix",
            {id, name});
        if (!row) return std::nullopt;
        return Attempt{UserId(row->text(0)), row->text(1), std::move(name)};
      });
  if (!attempt) co_return;  // it was removed, or is made
  if (const auto room = co_await room_for(attempt->user); !room) {
    throw std::runtime_error(room.error().client_message);
  }
  const std::int64_t now = now_();
  ExportZip zip(stores_, {.export_id = id, .user_id = attempt->user.value, .made_at = rfc3339(now)},
                now, [this, id, name = attempt->name] { return check(id, name); });
  const auto stored =
      co_await stores_.blobs.put_stream(attempt->key(), zip, Deadline::after(kMakeWithin));
  if (!stored) throw std::runtime_error(stored.error().client_message);
  const std::string sha256 = zip.sha256_hex();
  const bool kept = co_await stores_.database.write(usual_deadline(), [&](Transaction&
                                                                              transaction) {
    return transaction
               .run(
                   "update account_export set state = 'ready', attempt = null, object_key = $3, "
                   "byte_count = $4, sha256_hex = $5, ready_utc_ns = $6 where account_export_id = "
                   "$1 and state = 'making' and attempt = $2",
                   {id, attempt->name, attempt->key().value,
                    static_cast<std::int64_t>(stored->bytes), sha256, now_()})
               .changed == 1;
  });
  if (!kept) {
    co_await stores_.blobs.remove({attempt->key()}, usual_deadline());
    throw std::runtime_error("something was erased meanwhile, or another node makes it");
  }
  log::info("export.ready",
            {{"export_id", id}, {"bytes", static_cast<std::int64_t>(stored->bytes)}});
}

Task<void> Exports::remove_due() {
  Jobs& jobs = stores_.archive.part<archive::Common>().jobs();
  for (std::string& id : co_await jobs.due(Kind::RemoveExport, kRemovedAtOnce)) {
    if (stopping_ || !co_await jobs.take(Kind::RemoveExport, id, jobs::Wish::Due)) continue;
    std::string failed = "another node still makes it";
    bool removed = false;
    try {
      removed = co_await remove_one(id);
    } catch (const std::exception& error) {
      failed = error.what();
    }
    if (removed) {
      co_await jobs.done(Kind::RemoveExport, id);
    } else {
      co_await jobs.failed(Kind::RemoveExport, id, failed);
    }
  }
}

/// False while it is still being made somewhere: that attempt may store one more object.
Task<bool> Exports::remove_one(std::string id) {
  Jobs& jobs = stores_.archive.part<archive::Common>().jobs();
  if (jobs.is_at_work(Kind::Export, id)) co_return false;
  const auto prefix = co_await stores_.database.read(
      usual_deadline(), [&](Transaction& transaction) -> std::optional<std::string> {
        const auto row = transaction.first(
            "select object_prefix from account_export where account_export_id = $1", {id});
        if (!row) return std::nullopt;
        return row->text(0);
      });
  if (!prefix) co_return true;
  if (co_await stores_.database.read(usual_deadline(), [&](Transaction& transaction) {
        return jobs.is_elsewhere(transaction, Kind::Export, id);
      })) {
    co_return false;
  }
  // One by one: then the folder goes, too, which has the user's id as its name.
  const BlobKey folder(prefix->substr(0, prefix->rfind('/')));
  std::vector<BlobKey> keys;
  for (blob::BlobInfo& info : co_await list_all(stores_.blobs, folder, usual_deadline())) {
    if (info.key.value.starts_with(*prefix + "-")) keys.push_back(std::move(info.key));
  }
  co_await stores_.blobs.remove(std::move(keys), usual_deadline());
  co_await stores_.database.write_freeing(usual_deadline(), [&](Transaction& transaction) {
    transaction.run(
        "delete from account_export where account_export_id = $1 and state = 'removing'", {id});
    Jobs::remove(transaction, Kind::Export, id);
  });
  co_return true;
}

}  // namespace reprise::account
